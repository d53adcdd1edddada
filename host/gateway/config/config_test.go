package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const whole = `
name = "Example Hosting"
public_url = "https://concierge.example/"
data = "/var/lib/concierge-host"

[proxy]
trusted = ["10.0.0.5", "10.1.0.0/16"]

[whmcs]
url = "https://billing.example/"
identifier = "an identifier"
secret = "the whmcs secret"
concurrent = 4

[sign_in]
client_id = "CLIENT"
client_secret = "the client secret"
`

func TestAFileIsRead(t *testing.T) {
	l, err := Load(write(t, "gateway.toml", whole), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if l.Name != "Example Hosting" || l.PublicURL != "https://concierge.example" || l.WHMCS.URL != "https://billing.example" ||
		l.WHMCS.Concurrent != 4 || l.WHMCS.Timeout != 30*time.Second || len(l.Proxies) != 2 || l.Listen != "127.0.0.1:8080" || l.WHMCS.Secret != "the whmcs secret" {
		t.Errorf("%+v", l.Config)
	}
	if len(l.Warnings) > 0 {
		t.Errorf("warnings %q", l.Warnings)
	}
}

func TestAFlagIsTrueOrFalse(t *testing.T) {
	for value, want := range map[string]bool{"accept_unverified = true": true, "accept_unverified = false": false, `accept_unverified = "true"`: true, "": false} {
		l, err := Load(write(t, "gateway.toml", whole+value), nil, nil)
		if err != nil || l.SignIn.AcceptUnverified != want {
			t.Errorf("%s: %t, %v", value, l.SignIn.AcceptUnverified, err)
		}
		var shown strings.Builder
		if err := l.Show(&shown); err != nil || !strings.Contains(shown.String(), fmt.Sprintf("\naccept_unverified = %t\n", want)) {
			t.Errorf("%s: shown as %s, %v", value, &shown, err)
		}
	}
	for _, value := range []string{`accept_unverified = "yes"`, "accept_unverified = 1", "accept_unverified = [true]"} {
		if l, err := Load(write(t, "gateway.toml", whole+value), nil, nil); err == nil || !strings.Contains(err.Error(), "true") {
			t.Errorf("%s: %t, %v", value, l.SignIn.AcceptUnverified, err)
		}
	}
	if l, err := Load(write(t, "gateway.toml", whole+"accept_unverified = true"), []string{"CONCIERGE_OIDC_ACCEPT_UNVERIFIED=false"}, nil); err != nil || l.SignIn.AcceptUnverified {
		t.Errorf("the environment does not override it: %v", err)
	}
}

func TestTheEnvironmentOverridesTheFileAndWhatIsTypedBoth(t *testing.T) {
	file := write(t, "gateway.toml", whole)
	secret := write(t, "secret", "from a file\n")
	l, err := Load(file, []string{"CONCIERGE_WHMCS_SECRET_FILE=" + secret, "CONCIERGE_LISTEN=127.0.0.1:1", "CONCIERGE_NAME=Other",
		"CONCIERGE_TRUSTED_PROXIES=10.9.9.9"}, map[string]string{"listen": "127.0.0.1:2", "store": ""})
	if err != nil {
		t.Fatal(err)
	}
	if l.WHMCS.Secret != "from a file" || l.Listen != "127.0.0.1:2" || l.Name != "Other" || l.Proxies[0].String() != "10.9.9.9/32" || l.Store != "" {
		t.Errorf("%+v", l.Config)
	}
}

func TestSecretsComeFromTheServiceManagersCredentials(t *testing.T) {
	dir := t.TempDir()
	for name, v := range map[string]string{"secrets_whmcs_secret": "from systemd\r\n", "sign_in_client_secret": "client"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(v), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Load(write(t, "gateway.toml", whole), []string{"CREDENTIALS_DIRECTORY=" + dir, "STATE_DIRECTORY=/var/lib/private/concierge-host"}, nil)
	if err != nil || l.WHMCS.Secret != "from systemd" || l.SignIn.ClientSecret != "client" || l.WHMCS.Identifier != "an identifier" {
		t.Errorf("%v, %+v", err, l.Config)
	}
}

func TestASecretInAFileBesideTheConfiguration(t *testing.T) {
	file := write(t, "gateway.toml", strings.Replace(whole, `secret = "the whmcs secret"`, `secret_file = "whmcs.secret"`, 1))
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "whmcs.secret"), []byte("beside"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := Load(file, nil, nil); err != nil || l.WHMCS.Secret != "beside" {
		t.Errorf("%v, %+v", err, l.WHMCS)
	}
}

func TestEverythingThatIsWrongIsToldAtOnce(t *testing.T) {
	file := write(t, "gateway.toml", `
nmae = "Example"
listen = "0.0.0.0:8080"
public_url = "http://concierge.example"
data = "data"
store = "mysql://user:hunter2@db/x"
[proxy]
trusted = "10.0.0.5"
[tls]
key = "/etc/key.pem"
[whmcs]
url = "http://billing.example"
access_key = true
timeout = "1h"
secrets = "hunter3"
[signin]
client_id = "x"
[mail]
smtp = "smtp://user:hunter4@"
`)
	_, err := Load(file, []string{"CONCIERGE_WHMCS_SECRET=hunter5", "CONCIERGE_WHMCS_SECRET_FILE=/none", "CONCIERGE_OIDC_CLIENT_SECRET_FILE=/none/either"}, nil)
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	for _, want := range []string{
		`no setting "nmae"; is name meant?`, `no setting "whmcs.secrets"; is whmcs.secret meant?`, `no setting "signin.client_id"; is sign_in.client_id meant?`,
		"must look like https://host.example", "is not a whole path", "store (", "whmcs.url (", "in the clear",
		"whmcs.access_key (", "whmcs.timeout (", "mail.smtp (", "CONCIERGE_WHMCS_SECRET and CONCIERGE_WHMCS_SECRET_FILE are both set",
		"/none/either", "whmcs.identifier is missing (in the environment CONCIERGE_WHMCS_IDENTIFIER)", "name is missing", "tls.certificate and tls.key",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not said: %s", want)
		}
	}
	if strings.Contains(err.Error(), "hunter") {
		t.Error("a secret is told")
	}
	for _, key := range []string{"whmcs.url", "data", "sign_in.client_secret", "public_url"} {
		if strings.Contains(err.Error(), key+" is missing") {
			t.Errorf("%s is wrong, and also told to be missing", key)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestWhatDoesNotGoTogetherIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ env, says string }{
		"metrics on the public address":     {"CONCIERGE_METRICS_LISTEN=0.0.0.0:8080", "a port of their own"},
		"plain HTTP for everybody":          {"CONCIERGE_LISTEN=0.0.0.0:8080", ""},
		"a sender is needed for mail":       {"CONCIERGE_SMTP_URL=smtp://127.0.0.1", "mail.from is missing"},
		"a line break in a secret":          {"CONCIERGE_WHMCS_SECRET=a\nb", "control character"},
		"a line break in the name":          {"CONCIERGE_NAME=a\r\nBcc: x", "control character"},
		"everybody is not a proxy":          {"CONCIERGE_TRUSTED_PROXIES=0.0.0.0/0", "is everybody"},
		"the API's path is not WHMCS's":     {"CONCIERGE_WHMCS_URL=https://a.example/includes/api.php", "without /includes/api.php"},
		"a mail user without a password":    {"CONCIERGE_SMTP_URL=smtp://me@mail.example", "without a password"},
		"a sender that is two":              {"CONCIERGE_MAIL_FROM=a@b.example\r\nBcc: c@d.example", "is not an address"},
		"the audit log in a relative place": {"CONCIERGE_AUDIT_FILE=audit.log", "is not a whole path"},
	} {
		_, err := Load(write(t, "gateway.toml", whole), []string{c.env}, nil)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(write(t, "gateway.toml", strings.Replace(whole, "[proxy]\ntrusted", "[proxy]\n# trusted", 1)), []string{"CONCIERGE_LISTEN=0.0.0.0:8080"}, nil); err == nil || !strings.Contains(err.Error(), "plain HTTP") {
		t.Errorf("plain HTTP for everybody without a proxy: %v", err)
	}
}

func TestAFileThatIsNotTOMLIsSaidWithItsLine(t *testing.T) {
	_, err := Load(write(t, "gateway.toml", "name = \"x\"\nsecret = hunter2\n"), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.toml"), nil, nil); err == nil || !strings.Contains(err.Error(), "none.toml") {
		t.Error(err)
	}
}

func TestProbableMistakesAreWarnedOf(t *testing.T) {
	file := write(t, "gateway.toml", whole)
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := Load(file, []string{"CONCIERGE_WHMCS_SECERT=x", "CONCIERGE_PORT_8080_TCP_ADDR=10.0.0.1", "HOME=/root"}, nil)
	if err != nil || len(l.Warnings) != 2 || !strings.Contains(l.Warnings[0], "can read the secrets") || !strings.Contains(l.Warnings[1], "is CONCIERGE_WHMCS_SECRET meant?") {
		t.Errorf("%v, %q", err, l.Warnings)
	}
}

func TestWhatIsShownCanBeReadAgainAndHasNoSecrets(t *testing.T) {
	l, err := Load(write(t, "gateway.toml", whole), []string{"CONCIERGE_NAME=L'hébergeur \"Exemple\"", "CONCIERGE_STORE=postgres://u:hunter2@db/x", "CONCIERGE_METRICS_LISTEN=127.0.0.1:9464"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := l.Show(&b); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter2", "the whmcs secret", "the client secret", "an identifier"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	again, err := Load(write(t, "shown.toml", b.String()), []string{"CONCIERGE_STORE=postgres://u:hunter2@db/x",
		"CONCIERGE_WHMCS_IDENTIFIER=an identifier", "CONCIERGE_WHMCS_SECRET=the whmcs secret", "CONCIERGE_OIDC_CLIENT_SECRET=the client secret"}, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	if !slices.Equal(again.Proxies, l.Proxies) || again.Name != l.Name || again.WHMCS != l.WHMCS || again.Metrics != l.Metrics {
		t.Errorf("%+v\n%+v", again.Config, l.Config)
	}
	for _, s := range settings {
		if !strings.Contains(b.String(), prefix+s.env) {
			t.Errorf("%s is not shown", s.key)
		}
	}
}

func TestThePackagesExampleHasEverySettingAndIsRead(t *testing.T) {
	var b strings.Builder
	if err := Example(&b, "/etc/concierge-host/secrets"); err != nil {
		t.Fatal(err)
	}
	packaged, err := os.ReadFile("../../../packaging/server/gateway.toml")
	if err != nil || string(packaged) != b.String() {
		t.Errorf("packaging/server/gateway.toml is not what `concierge-host config -example` prints: %v", err)
	}
	// With the signs of comments taken away from its settings, it is a configuration; the secrets' files are not here.
	setting := regexp.MustCompile(`(?m)^# ([a-z_]+ = )`)
	_, err = Load(write(t, "gateway.toml", setting.ReplaceAllString(b.String(), "$1")), nil, nil)
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 6 {
		t.Fatalf("%v", err)
	}
	for _, p := range problems {
		if !strings.Contains(p, "/etc/concierge-host/secrets/") {
			t.Error(p)
		}
	}
}
