// Prints every row of an account chain's ledger (tests/ledger_rows.h).
//   ledger_rows DIRECTORY
#include "tests/ledger_rows.h"

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "ledger_rows DIRECTORY\n";
    return 2;
  }
  const auto snapshot = clew::account::Snapshot::open(argv[1]);
  if (!snapshot) {
    std::cerr << snapshot.error().message << '\n';
    return 3;
  }
  clew::account::test::Rows(*snapshot, std::cout).print();
  return 0;
}
