package diagnostics

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Section is a part of a report.
type Section struct {
	Name  string
	Lines []string
}

// Add adds a line.
func (s *Section) Add(name string, value any) {
	s.Lines = append(s.Lines, fmt.Sprintf("%s: %v", name, value))
}

// How much of log and crash is in a report, so that a person can read what they give away.
const (
	reportLines = 120
	reportCrash = 16 << 10
)

// Report is what a person may give to who helps them: what this computer is, the sections given, the end of the log and the
// last crash, without e-mails, secrets and the names that are known. It is for machines and for those who read such things:
// in codes, in no language. The error says what is missing in it.
func (d *Diary) Report(sections []Section, names Names) (string, error) {
	var b strings.Builder
	put := func(s Section) {
		b.WriteString("\n[" + s.Name + "]\n")
		for _, line := range s.Lines {
			b.WriteString(Scrub(line, d.cfg.Home) + "\n")
		}
	}
	system := Section{Name: "system"}
	system.Add("system", runtime.GOOS+"/"+runtime.GOARCH)
	system.Add("go", runtime.Version())
	system.Add("processors", runtime.NumCPU())
	system.Add("goroutines", runtime.NumGoroutine())
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	system.Add("memory", fmt.Sprintf("%d MB", memory.Sys>>20))
	for _, name := range []string{"XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "LANG"} {
		if v := os.Getenv(name); v != "" {
			system.Add(name, Scrub(v, d.cfg.Home))
		}
	}
	fmt.Fprintf(&b, "concierge diagnostics 1\nmade: %s\n", d.cfg.Now().UTC().Format(time.RFC3339))
	for _, s := range append(sections[:len(sections):len(sections)], system) {
		put(s)
	}
	clean := func(text string) string { return names.Remove(Scrub(text, d.cfg.Home)) }
	lines, err := d.Tail(reportLines)
	log := Section{Name: "log"}
	for _, line := range lines {
		log.Lines = append(log.Lines, clean(line))
	}
	put(log)
	crash, at, failed := d.LastCrash()
	if crash != "" {
		crash = strings.ToValidUTF8(crash[:min(len(crash), reportCrash)], "")
		put(Section{Name: "crash " + at.Format(time.RFC3339), Lines: []string{clean(crash)}})
	}
	if err == nil {
		err = failed
	}
	return b.String(), err
}
