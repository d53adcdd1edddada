package e2e

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The toolkit says so only in its log, and goes on without a window. The person is told, and the program ends: it must not
// stay behind, unseen, with the data folder.
func TestWhereNothingCanBeDrawnItSaysWhatIsMissingAndEnds(t *testing.T) {
	c := newComputer(t)
	bare := c.start("bare-screen", nil, nil, c.env(), "Xvfb", "-displayfd", "1", "-screen", "0", "800x600x24", "-extension", "GLX",
		"-nolisten", "tcp", "-noreset").firstLine(t)
	for name, x := range map[string]struct{ display, language, says string }{
		"no screen":          {"DISPLAY=", "fr", "Il n'y a pas d'écran où la montrer."},
		"no screen, English": {"DISPLAY=", "en", "There is no screen to show it on."},
		"no OpenGL":          {"DISPLAY=:" + bare, "fr", "Cet ordinateur n'offre pas OpenGL 2.1."},
	} {
		t.Run(name, func(t *testing.T) {
			var said strings.Builder
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			cmd := exec.CommandContext(ctx, application, "--data", filepath.Join(t.TempDir(), "data"), "--language", x.language)
			cmd.Env, cmd.Stderr, cmd.WaitDelay = append(c.env(), x.display), &said, time.Second
			err := cmd.Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Errorf("it ended with %v, want 1", err)
			}
			if !strings.Contains(said.String(), x.says) || strings.Contains(said.String(), "goroutine ") {
				t.Errorf("it said %s", said.String())
			}
		})
	}
}
