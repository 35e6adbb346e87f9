# The verbs. All of them share the release profile and one selection of crates, so that HiGHS and polars compile once.
CARGO ?= cargo
PYTHON = CARGO_TARGET_DIR=$(abspath $(or $(CARGO_TARGET_DIR),target)) out/python/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: help deps build demo test charts assumptions bench notebooks docs data lint fmt clean

help: ## list the verbs
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install what HiGHS needs to compile: a C++ compiler, cmake, libclang
	@missing=""; \
	command -v c++ >/dev/null || missing="$$missing build-essential"; \
	command -v cmake >/dev/null || missing="$$missing cmake"; \
	ls /usr/lib/llvm-*/lib/ /usr/lib/*/ 2>/dev/null | grep -Eq "^libclang(-[0-9]+)?\.so" || missing="$$missing libclang-dev"; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "please install:$$missing"; exit 1; }; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
	fi

build: deps ## build every crate
	$(CARGO) build --release --workspace

demo: build ## optimise the ready automotive case into out/demo
	@"$${CARGO_TARGET_DIR:-target}/release/ballast" frontier data/cases/automotive-aws --out out/demo --html

charts: build ## every chart of every ready case, into out/CASE and beside it, and all on one sheet, out/contact-sheet.png
	@ballast="$${CARGO_TARGET_DIR:-target}/release/ballast"; for case in data/cases/*/; do \
	  run=out/$$(basename $$case); \
	  $$ballast frontier $$case --svg --out $$run --quiet && \
	  $$ballast replay $$case --all --run $$run --svg --out $$run-replay --quiet && \
	  event=$$(awk -F, '$$2 == "as_is" { print $$6 }' $$run-replay/ranking.csv) && \
	  $$ballast replay $$case $$event --sweep-week --run $$run --svg --out $$run-week --quiet && \
	  knee=$$(awk -F, '$$3 == "true" { print $$1 }' $$run/frontier.csv) && \
	  $$ballast sensitivity $$case --run $$run --point $$knee --inputs 0 --robust 0 --svg --out $$run-sensitivity --quiet && \
	  rm -rf $$run-prices && mkdir $$run-prices && \
	  $$ballast explain $$case --limits --out $$run-prices/limit_prices.csv --quiet >/dev/null \
	  || exit 1; \
	done
	@$(CARGO) build --release --workspace --example contact_sheet
	@"$${CARGO_TARGET_DIR:-target}/release/examples/contact_sheet" out/contact-sheet.png \
	  $$(for case in data/cases/*/; do for part in "" -replay -week -sensitivity -prices; do echo out/$$(basename $$case)$$part; done; done)

assumptions: build ## how far the answers hang on assumptions: data/assumptions.toml into out/assumptions
	@"$${CARGO_TARGET_DIR:-target}/release/ballast" batch data/assumptions.toml --out out/assumptions

test: deps out/python/ready ## run every test, and the notebooks
	$(CARGO) test --release --workspace
	@$(MAKE) --no-print-directory notebooks

bench: out/python/ready build ## measure: ratios within one run, of our parts and against modelling libraries
	$(CARGO) bench --workspace --bench evaluate --bench solve
	$(PYTHON) notebooks/peers.py
	$(PYTHON) notebooks/peers.py --workloads 2000 --years 2000
	$(PYTHON) notebooks/peers.py --workloads 20000 --years 10000
	$(PYTHON) notebooks/peers.py --workloads 20000 --years 10000 --sites 18 --libraries linopy
	$(PYTHON) notebooks/peers.py --workloads 100000 --years 10000 --seconds 3600 --libraries

notebooks: out/python/ready demo ## run the notebooks on the demo's results, in a Python environment of their own under out
	$(PYTHON) notebooks/run.py
	$(PYTHON) notebooks/peers.py --workloads 40 --years 100

# Made anew when a version changes. It is tried before the long compilation, so that what is missing is said at once.
out/python/ready: notebooks/requirements.txt
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { \
	  command -v apt-get >/dev/null || { echo "please install Python 3.11 or later with venv"; exit 1; }; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends python3 python3-venv; \
	}
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "the notebooks need Python 3.11 or later, and $$(python3 --version) is here"; exit 1; }
	@rm -rf out/python
	@python3 -m venv out/python && out/python/bin/pip install --quiet --disable-pip-version-check -r $< || { \
	  echo "the notebooks' Python packages could not be installed: is there a network? They are in $<"; exit 1; }
	@touch $@

docs: demo ## write what the documents take from the program anew: formats, outputs, figures, pictures
	BALLAST_BLESS=1 $(CARGO) test --release --workspace --bin ballast --test end_to_end docs
	cp out/demo/frontier.png out/demo/portrait.png docs/images

data: ## write the defaults and the ready cases anew from data/catalogue
	python3 data/make_cases.py

lint: deps ## clippy over everything
	$(CARGO) clippy --release --workspace --all-targets

fmt: ## format the code
	$(CARGO) fmt --all

clean: ## delete what was built
	$(CARGO) clean
