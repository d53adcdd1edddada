package ending

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAProcessThatDoesNotEndIsEndedAndTheLogNamesWhatHeldIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		codes := make(chan int, 1)
		begin := time.Now()
		Within(15*time.Second, slog.New(slog.NewTextHandler(&log, nil)), func(code int) { codes <- code })
		if code := <-codes; code != 1 || time.Since(begin) != 15*time.Second {
			t.Errorf("ended with %d after %v", code, time.Since(begin))
		}
		if !strings.Contains(log.String(), "TestAProcessThatDoesNotEnd") {
			t.Errorf("what held it is not in the log: %s", log.String())
		}
	})
}
