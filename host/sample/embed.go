package sample

import (
	"embed"
	"io/fs"
)

//go:embed migrations
var migrationFiles embed.FS

func migrations() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the directory is embedded: cannot happen in a built program
	}
	return sub
}
