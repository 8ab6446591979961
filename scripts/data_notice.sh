#!/usr/bin/env bash
# Says which real chain data the tests will use, or loudly that there is none.
here=$(cd "$(dirname "$0")/.." && pwd)
data=${CLEW_DATA:-$here/../shared/data}
if [ -d "$data" ]; then
  echo "real chain data: found"
else
  echo "*******************************************************************************"
  echo "* NO REAL CHAIN DATA: tests that need it are skipped and say what they leave   *"
  echo "* unchecked. Set CLEW_DATA to the folder that holds it.                        *"
  echo "*******************************************************************************"
fi
