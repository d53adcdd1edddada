// Package house holds no program: its tests watch over rules of the whole source tree that no compiler checks. Which
// package may import which, that text for people stands in assets/locales and nowhere else, that both
// languages say the same things, and that French is set as French is.
//
// It reads files and imports nothing of ours, so that it can be run on a tree that does not compile.
package house
