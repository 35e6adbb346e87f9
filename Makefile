# The verbs. All of them share the release profile and one selection of crates, so that HiGHS and polars compile once.
CARGO ?= cargo
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: help deps build demo test charts assumptions bench notebooks docs data lint fmt clean

help: ## list the verbs
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install what HiGHS needs to compile: a C++ compiler, cmake, libclang
	@missing=""; \
	command -v c++ >/dev/null || missing="$$missing build-essential"; \
	command -v cmake >/dev/null || missing="$$missing cmake"; \
	ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* >/dev/null 2>&1 || missing="$$missing libclang-dev"; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "please install:$$missing"; exit 1; }; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
	fi

build: deps ## build every crate
	$(CARGO) build --release --workspace

demo: build ## optimise the ready automotive case into out/demo
	@"$${CARGO_TARGET_DIR:-target}/release/ballast" frontier data/cases/automotive-aws --out out/demo --html

charts: build ## the charts of every ready case, into out/CASE, and all on one sheet, out/contact-sheet.png
	@for case in data/cases/*/; do \
	  "$${CARGO_TARGET_DIR:-target}/release/ballast" frontier $$case --svg --out out/$$(basename $$case) --quiet || exit 1; \
	done
	@$(CARGO) run --release -p ballast-report --example contact_sheet -- out/contact-sheet.png \
	  $$(for case in data/cases/*/; do echo out/$$(basename $$case); done)

assumptions: build ## how far the answers hang on assumptions: data/assumptions.toml into out/assumptions
	@"$${CARGO_TARGET_DIR:-target}/release/ballast" batch data/assumptions.toml --out out/assumptions

test: deps ## run every test
	$(CARGO) test --release --workspace

bench: deps ## measure: ratios within one run
	$(CARGO) bench -p ballast-risk --bench evaluate -p ballast-solver --bench solve

notebooks: demo ## run the notebooks on the demo's results, in a Python environment of their own under out
	test -d out/python || python3 -m venv out/python
	out/python/bin/pip install --quiet -r notebooks/requirements.txt
	out/python/bin/python notebooks/run.py

docs: demo ## write docs/data-format.md and the pictures of the documents anew
	BALLAST_BLESS=1 $(CARGO) test --release --workspace --test end_to_end the_formats
	cp out/demo/frontier.png out/demo/portrait.png docs/images

data: ## write the defaults and the ready cases anew from data/catalogue
	python3 data/make_cases.py

lint: deps ## clippy over everything
	$(CARGO) clippy --release --workspace --all-targets

fmt: ## format the code
	$(CARGO) fmt --all

clean: ## delete what was built
	$(CARGO) clean
