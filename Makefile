# make help    what there is
# Everything goes through `swift build` and `swift test`; this file adds what they lack and names the flags.

PREFIX ?= $(HOME)/.local
# A shell may hand over ~ as it was typed.
override PREFIX := $(patsubst ~/%,$(HOME)/%,$(PREFIX))

RELEASE := -c release
# The code that is tested is the code that is shipped.
TEST := $(RELEASE) --disable-testable-imports --disable-xctest
SOURCES := Sources Tests Benchmarks Package.swift
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib -Xlinker -s)
# A build with the runtime inside has a folder of its own, so that it does not make the usual build start anew.
INSTALL_BUILD := $(RELEASE) --scratch-path .build-install --product macrostate $(STATIC)

.PHONY: help check-all check-formats demo demo-mixing test fuzz fuzz-quick benchmark charts lammps build install format lint documentation clean toolchain

help:
	@echo "make demo           set up, build and run the main job on built-in data (ARGS=... are handed to it)"
	@echo "make demo-mixing    install LAMMPS if it is missing, and run a small study of two mixing species"
	@echo "make test           set up what is missing and run the whole test suite"
	@echo "make check-all      what CI runs, ten minutes of fuzz, the demos: before an issue is closed"
	@echo "make fuzz           damaged files and kills for MINUTES=60 (SEED=1); fuzz-quick: a minute"
	@echo "make check-formats  compare our readers with the field's programs (installs them into .environment/; ARGS=--only gsd,ase)"
	@echo "make benchmark      measure against JAX and PyTorch (installs them into .environment/)"
	@echo "make build          build .build/release/macrostate"
	@echo "make install        build with the Swift runtime inside and install below PREFIX=$(PREFIX)"
	@echo "make charts         fetch what the report's charts need"
	@echo "make format, lint   format the sources, or check that they are"
	@echo "make documentation  write Documentation/Configuration.md anew"
	@echo "make clean          remove what was built; charts and environments stay"

demo: charts build
	.build/release/macrostate demo $(ARGS)

demo-mixing: charts lammps build
	Examples/mixing/demo

test: charts toolchain
	swift test $(TEST) $(ARGS)

# What does not fit into CI's time, too.
check-all:
	.ci/run
	$(MAKE) fuzz MINUTES=10
	$(MAKE) demo demo-mixing

# After `make test` nothing is compiled.
MINUTES ?= 60
SEED ?= 1

fuzz: toolchain
	swift build $(RELEASE) --product macrostate
	swift build $(RELEASE) --product macrostate-fuzz
	.build/release/macrostate-fuzz --seed $(SEED) --minutes $(MINUTES)
	.build/release/macrostate-fuzz kills --seed $(SEED) --minutes $$(( ($(MINUTES) + 9) / 10 ))

fuzz-quick: toolchain
	swift build $(RELEASE) --product macrostate
	swift build $(RELEASE) --product macrostate-fuzz
	.build/release/macrostate-fuzz --seed $(SEED) --minutes 0.8
	.build/release/macrostate-fuzz kills --seed $(SEED) --minutes 0.2

# Engines that are not there are reported as not run. FORMATS=--readers leaves out those of PyPI.
check-formats: build
	@Scripts/setup-formats $(FORMATS)
	.environment/formats/bin/python Tests/Formats/check_formats.py .build/release/macrostate $(ARGS)

benchmark: toolchain
	Benchmarks/setup
	swift build $(RELEASE) --product macrostate-benchmark
	Benchmarks/run/benchmark.py $(ARGS)

charts:
	@Scripts/setup-charts

lammps:
	@Scripts/setup-lammps

build: toolchain
	swift build $(RELEASE) --product macrostate

install: charts toolchain
	swift build $(INSTALL_BUILD)
	mkdir -p "$(PREFIX)/bin"
	install -m 755 "$$(swift build $(INSTALL_BUILD) --show-bin-path)/macrostate" "$(PREFIX)/bin/macrostate"
	@if [ -s .charts/vega-bundle.js ]; then install -m 644 .charts/vega-bundle.js "$(PREFIX)/bin/"; fi
	@env -i "$(PREFIX)/bin/macrostate" --help > /dev/null
	@echo "installed $(PREFIX)/bin/macrostate"

format:
	swift format --in-place --parallel --recursive $(SOURCES)

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

documentation: toolchain
	MACROSTATE_WRITE_DOCUMENTATION=1 swift test $(TEST) --filter ConfigurationPageTests

clean:
	rm -rf .build .build-install

# Says in one line what a fresh machine lacks, before the compiler says it in fifty.
toolchain:
	@command -v swift > /dev/null || \
	  { echo "error: no Swift; install Swift 6.1 or newer from https://www.swift.org/install" >&2; exit 1; }
	@! command -v clang > /dev/null || echo '#include <zlib.h>' | clang -E -x c - > /dev/null 2>&1 || \
	  { echo "error: zlib's header zlib.h is missing; run: apt-get install zlib1g-dev" >&2; exit 1; }
