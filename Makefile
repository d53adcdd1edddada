# make run    builds the application and opens it on the sample host; installs what is missing first
# make test   everything CI runs
# make help   the rest

# One set of build flags everywhere: another one would compile the C of the window toolkit anew (minutes).
export GOFLAGS := -buildvcs=false -tags=migrated_fynedo,accessibility,no_emoji

BUILD := build
LINT  := $(BUILD)/bin/golangci-lint
LINT_VERSION := v2.15.0
NFPM  := $(BUILD)/bin/nfpm
NFPM_VERSION := v2.48.0
# Packages that draw or store need no cgo; only the program itself and the journeys in a real window do.
UNIT  = $$(go list ./... | grep -v -e '^concierge$$' -e '/e2e')
RACE  = $$(go list ./... | grep -v -e '^concierge$$' -e '/e2e' -e '/views' )

.PHONY: help run run-gateway build host test unit race lint e2e faults bench screenshots docs-pictures openapi dist dist-twice dist-server test-dist setup-dist clean setup setup-test

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup:
	@tools/setup run

setup-test: setup
	@tools/setup test

build: setup ## the application and the provider's program, into build/
	CGO_ENABLED=1 go build -o $(BUILD)/concierge .
	CGO_ENABLED=0 go build -o $(BUILD)/concierge-host ./cmd/concierge-host

run: build ## the application on the sample host
	@tools/run

run-gateway: build ## the application beside a gateway with a double of WHMCS behind it
	CGO_ENABLED=0 go build -o $(BUILD)/try-gateway ./host/gateway/try
	@tools/run-gateway

host: ## the provider's program alone (no window, no cgo)
	CGO_ENABLED=0 go build -o $(BUILD)/concierge-host ./cmd/concierge-host

test: setup-test lint unit race build e2e ## everything CI runs

unit: ## tests without a window
	CGO_ENABLED=0 go vet $(UNIT)
	CGO_ENABLED=0 go test -timeout 20m $(UNIT)

race: ## the same with the race detector, for what does not draw
	CGO_ENABLED=1 go test -race -timeout 20m $(RACE)

lint: $(LINT) ## golangci-lint with .golangci.yml, gofmt
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt-ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	CGO_ENABLED=1 $(LINT) run ./...

$(LINT): Makefile
	GOFLAGS= GOBIN=$(CURDIR)/$(BUILD)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@touch $@

e2e: build setup-test ## journeys in a real window, with a real keyring and browser
	CGO_ENABLED=1 go test -count=1 -timeout 20m ./e2e/...

faults: ## edits while things go wrong, one line per case (some minutes)
	@tools/faults

bench: build ## figures, one JSON line each
	@tools/bench

screenshots: ## every screen, fr and en, light and dark, into build/screenshots
	CGO_ENABLED=0 go run ./views/gallery -out $(BUILD)/screenshots

docs-pictures: ## the screens that README and docs show, into docs/pictures/
	CGO_ENABLED=0 go run ./views/gallery -docs .

openapi: ## writes client/api/openapi.yaml anew
	CGO_ENABLED=0 go run ./cmd/concierge-host openapi > client/api/openapi.yaml

setup-dist: setup
	@tools/setup dist

dist: setup-dist $(NFPM) ## packages and installers for Linux and Windows, into build/dist/ (docs/releasing.md)
	@NFPM=$(NFPM) tools/dist

dist-twice: dist ## makes them again elsewhere, and compares byte for byte
	@tools/dist-twice

test-dist: setup-dist setup-test ## installs, runs, upgrades and removes what make dist has made (as root; some minutes)
	@tools/setup test-dist
	@tools/test-dist

dist-server: $(NFPM) ## the provider's program as a Debian package, into build/dist/
	@NFPM=$(NFPM) tools/dist-server

$(NFPM): Makefile
	GOFLAGS= CGO_ENABLED=0 GOBIN=$(CURDIR)/$(BUILD)/bin go install github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	@touch $@

clean: ## removes build/
	rm -rf $(BUILD)
