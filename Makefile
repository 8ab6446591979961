# make run   set up, build and follow a theft through a small simulated world
# make test  set up and pass every test
# Also: build, bench, fuzz, soak, test-nodes, test-sanitized, format, clean.
BUILD ?= build
CACHE ?= $(HOME)/.cache/chainclew
JOBS ?= $(shell nproc)
# Most tests wait most of the time.
TEST_JOBS ?= $(shell expr 2 \* $$(nproc))
FUZZ_RUNS ?= 5000000
FUZZ_SECONDS ?= 0
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

CONFIGURE = cmake -S . -G Ninja -DCMAKE_BUILD_TYPE=Release

.PHONY: run build test test-nodes test-sanitized fuzz bench soak format clean
run: build
	scripts/demo.sh $(BUILD)/clew

build:
	scripts/setup.sh build
	arrow=$$(scripts/arrow.sh $(CACHE) || true) && \
	  $(CONFIGURE) -B $(BUILD) -DCLEW_TESTS=OFF -DCLEW_FUZZ=OFF -DCLEW_BENCH=OFF \
	    -DCLEW_ARROW="$$arrow" >/dev/null
	ninja -C $(BUILD) -j $(JOBS)

test:
	scripts/setup.sh build test
	arrow=$$(scripts/arrow.sh $(CACHE)) && \
	  $(CONFIGURE) -B $(BUILD) -DCLEW_ARROW="$$arrow" -DCLEW_TESTS=ON -DCLEW_FUZZ=OFF \
	    -DCLEW_BENCH=OFF >/dev/null
	ninja -C $(BUILD) -j $(JOBS)
	scripts/data_notice.sh
	node=$$(scripts/anvil.sh $(CACHE)) && contracts=$$(scripts/uniswap.sh $(CACHE)) && \
	  contract=$$(scripts/schemathesis.sh $(CACHE) || true) && \
	  CLEW_NEED_PARQUET=1 CLEW_ANVIL=$$node CLEW_UNISWAP=$$contracts \
	  CLEW_SCHEMATHESIS=$$contract \
	  ctest --test-dir $(BUILD) --output-on-failure --timeout 900 -j $(TEST_JOBS)

# Beside real nodes, which are built once, outside the clone.
test-nodes: build
	scripts/setup.sh build nodes
	node=$$(scripts/bitcoin_node.sh $(CACHE)) && \
	  for test in tests/nodes/*_test.py; do \
	    CLEW=$(abspath $(BUILD))/clew CLEW_BITCOIND=$$node PYTHONPATH=tests python3 -B $$test; \
	  done

# By clang, whose sanitizers cost the least, and for a second compiler's eyes on everything. One
# build for the tests and the fuzz targets, which compiles the rooms once.
CHECKED = $(BUILD)-checked
CONFIGURE_CHECKED = $(CONFIGURE) -B $(CHECKED) -DCMAKE_C_COMPILER=clang-16 \
  -DCMAKE_CXX_COMPILER=clang++-16 -DCLEW_TESTS=ON -DCLEW_FUZZ=ON -DCLEW_SANITIZE=address,undefined

# The same tests with the address and undefined-behaviour sanitizers.
test-sanitized:
	scripts/setup.sh build test fuzz
	$(CONFIGURE_CHECKED) >/dev/null
	ninja -C $(CHECKED) -j $(JOBS)
	node=$$(scripts/anvil.sh $(CACHE)) && contracts=$$(scripts/uniswap.sh $(CACHE)) && \
	  contract=$$(scripts/schemathesis.sh $(CACHE) || true) && \
	  CLEW_ANVIL=$$node CLEW_UNISWAP=$$contracts \
	  CLEW_SCHEMATHESIS=$$contract CLEW_SANITIZED=1 \
	  ctest --test-dir $(CHECKED) --output-on-failure --timeout 900 -j $(TEST_JOBS)

# FUZZ_RUNS executions of each target, or FUZZ_SECONDS of each if given.
fuzz:
	scripts/setup.sh build test fuzz
	$(CONFIGURE_CHECKED) >/dev/null
	ninja -C $(CHECKED) -j $(JOBS) fuzz_targets
	fuzz/run.sh $(CHECKED) $(FUZZ_RUNS) $(FUZZ_SECONDS)

bench:
	scripts/setup.sh build bench
	$(CONFIGURE) -B $(BUILD) -DCLEW_TESTS=OFF -DCLEW_FUZZ=OFF -DCLEW_BENCH=ON >/dev/null
	ninja -C $(BUILD) -j $(JOBS)
	CLEW_CACHE=$(CACHE) bench/run.sh $(BUILD)

# What takes long: 200 kills, every seed, large worlds.
soak:
	scripts/setup.sh build test
	$(CONFIGURE) -B $(BUILD) -DCLEW_TESTS=ON >/dev/null
	ninja -C $(BUILD) -j $(JOBS)
	node=$$(scripts/anvil.sh $(CACHE)) && contracts=$$(scripts/uniswap.sh $(CACHE)) && \
	  contract=$$(scripts/schemathesis.sh $(CACHE) || true) && \
	  CLEW_SOAK=1 CLEW_ANVIL=$$node CLEW_UNISWAP=$$contracts \
	  CLEW_SCHEMATHESIS=$$contract \
	  ctest --test-dir $(BUILD) --output-on-failure --timeout 36000 -L functional

format:
	git ls-files '*.h' '*.cpp' | xargs clang-format-16 -i

clean:
	rm -rf $(BUILD) $(BUILD)-*
