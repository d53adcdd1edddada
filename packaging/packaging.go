// Package packaging holds what packages and installers of the application are made from. Go is in it for one reason: the
// templates are read from here, by packaging/pack and by its tests, wherever those run.
package packaging

import "embed"

// Templates are the files in which pack fills in what FyneApp.toml and the locales say.
//
//go:embed linux/*.tmpl windows/*.tmpl
var Templates embed.FS
