// Package docs holds no program: its tests hold README.md and docs/*.md against all there is. Each command is run, or each of
// its parts is looked for where it would be: make's targets, programs' flags, files of packages, settings, tests, tables. Each
// word in `code` occurs in the tree; each word in **bold** of the pages for people is one that the application says, in
// the language of the page; each link leads somewhere.
//
// What these tests do not know how to check they refuse, so that a new command comes with a check.
package docs
