#include <gmock/gmock.h>

#include <random>

#include "chain/evm/rlp_reader.h"
#include "chain/evm/rlp_writer.h"

namespace clew::evm {
namespace {

using testing::HasSubstr;

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

Bytes written(const std::function<void(RlpWriter&)>& write) {
  Bytes out;
  RlpWriter writer(out);
  write(writer);
  return out;
}

// The examples of the Ethereum wiki's page on RLP.
TEST(RlpWriter, WritesTheExamples) {
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_bytes(as_bytes("dog")); })), "83646f67");
  EXPECT_EQ(to_hex(written([](auto& w) {
              w.open();
              w.write_bytes(as_bytes("cat"));
              w.write_bytes(as_bytes("dog"));
              w.close();
            })),
            "c88363617483646f67");
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_bytes({}); })), "80");
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_empty_list(); })), "c0");
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_u64(0); })), "80");
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_bytes(hex("00")); })), "00");
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_u64(15); })), "0f");
  EXPECT_EQ(to_hex(written([](auto& w) { w.write_u64(1024); })), "820400");
  const auto text = as_bytes("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
  EXPECT_EQ(to_hex(written([&](auto& w) { w.write_bytes(text); })), "b838" + to_hex(text));
  EXPECT_EQ(to_hex(written([](auto& w) {  // three, as set theory builds it
              w.open();
              w.write_empty_list();
              w.open();
              w.write_empty_list();
              w.close();
              w.open();
              w.write_empty_list();
              w.open();
              w.write_empty_list();
              w.close();
              w.close();
              w.close();
            })),
            "c7c0c1c0c3c0c1c0");
}

TEST(RlpWriter, ChoosesTheShortestPrefixAtEveryBound) {
  for (const std::size_t size : {0u, 2u, 55u, 56u, 255u, 256u, 65535u, 65536u}) {
    const Bytes content(size, 0xab);
    const Bytes out = written([&](auto& w) {
      w.open();
      w.write_bytes(content);
      w.close();
    });
    RlpReader reader(out);
    ByteView read;
    ASSERT_TRUE(reader.open("list") && reader.read_bytes(read, "content") && reader.close("list") &&
                reader.finish("input"))
        << size << ": " << reader.error().message;
    EXPECT_TRUE(std::ranges::equal(read, content));
  }
}

std::string refusal(std::string_view text, const std::function<bool(RlpReader&)>& read) {
  const Bytes raw = hex(text);
  RlpReader reader(raw);
  EXPECT_FALSE(read(reader)) << text;
  return reader.error().message;
}
std::string bytes_refusal(std::string_view text) {
  return refusal(text, [](RlpReader& reader) {
    ByteView value;
    return reader.read_bytes(value, "field") && reader.finish("input");
  });
}
std::string integer_refusal(std::string_view text) {
  return refusal(text, [](RlpReader& reader) {
    std::uint64_t value = 0;
    return reader.read_u64(value, "field");
  });
}

TEST(RlpReader, RefusesWhatIsNotCanonical) {
  EXPECT_THAT(bytes_refusal("8100"), HasSubstr("offset 0: field: a byte below 128 with a prefix"));
  EXPECT_THAT(bytes_refusal("817f"), HasSubstr("a byte below 128"));
  EXPECT_THAT(bytes_refusal("b801ff"), HasSubstr("the long form for 1 bytes"));
  EXPECT_THAT(bytes_refusal("b837" + std::string(110, 'f')), HasSubstr("the long form for 55"));
  EXPECT_THAT(bytes_refusal("b90038" + std::string(112, 'f')), HasSubstr("begins with a zero"));
  EXPECT_THAT(integer_refusal("8200ff"), HasSubstr("an integer with a leading zero"));
  EXPECT_THAT(integer_refusal("00"), HasSubstr("an integer with a leading zero"));
  EXPECT_THAT(integer_refusal("89010000000000000000"), HasSubstr("an integer of 9 bytes"));
}

TEST(RlpReader, RefusesWhatRunsPastTheEnd) {
  EXPECT_THAT(bytes_refusal(""), HasSubstr("offset 0: no field: its list ends here"));
  EXPECT_THAT(bytes_refusal("83646f"), HasSubstr("3 bytes announced, 2 left"));
  EXPECT_THAT(bytes_refusal("b8"), HasSubstr("its length is cut off"));
  EXPECT_THAT(bytes_refusal("bfffffffffffffffff"), HasSubstr("18446744073709551615 bytes"));
  EXPECT_THAT(bytes_refusal("ffffffffffffffffff"), HasSubstr("18446744073709551615 bytes"));
  EXPECT_THAT(bytes_refusal("8001"), HasSubstr("offset 1: input: 1 bytes left over"));
  // An item inside a list may not reach past that list, even if the input goes on.
  EXPECT_THAT(refusal("c28364646464",
                      [](RlpReader& reader) {
                        ByteView value;
                        return reader.open("list") && reader.read_bytes(value, "field");
                      }),
              HasSubstr("offset 1: field: 3 bytes announced, 1 left"));
}

TEST(RlpReader, TellsListsFromStrings) {
  EXPECT_THAT(bytes_refusal("c0"), HasSubstr("a list instead of a string"));
  EXPECT_THAT(refusal("80", [](RlpReader& reader) { return reader.open("part"); }),
              HasSubstr("a string instead of a list"));
  EXPECT_THAT(
      refusal("c101",
              [](RlpReader& reader) { return reader.open("part") && reader.close("part"); }),
      HasSubstr("offset 1: part: 1 bytes left over"));
  EXPECT_THAT(refusal("", [](RlpReader& reader) { return reader.close("part"); }),
              HasSubstr("no list is open"));
}

TEST(RlpReader, GoesOnlySoDeep) {
  Bytes nested;
  for (std::size_t i = 0; i <= RlpReader::kDepthMax; ++i) {
    nested = written([&](auto& w) {
      w.open();
      w.write_raw(nested);
      w.close();
    });
  }
  RlpReader reader(nested);
  for (std::size_t i = 0; i < RlpReader::kDepthMax; ++i)
    ASSERT_TRUE(reader.open("list"));
  EXPECT_FALSE(reader.open("list"));
  EXPECT_THAT(reader.error().message, HasSubstr("more than 32 lists within each other"));
}

TEST(RlpReader, KeepsTheFirstRefusal) {
  const Bytes raw = hex("c0");
  RlpReader reader(raw);
  std::uint64_t value = 0;
  EXPECT_FALSE(reader.read_u64(value, "first"));
  EXPECT_FALSE(reader.open("list") && reader.read_u64(value, "second"));
  EXPECT_EQ(reader.error().message, "offset 0: first: a list instead of a string");
}

TEST(Rlp, GivesIntegersBack) {
  std::mt19937_64 random(7);
  for (int bits = 0; bits < 64; ++bits) {
    const std::uint64_t number = (random() | 1ull << 63) >> (63 - bits);
    const Bytes out = written([&](auto& w) {
      w.write_u64(number);
      w.write_u256(U256(number));
    });
    RlpReader reader(out);
    std::uint64_t small = 0;
    U256 large;
    ASSERT_TRUE(reader.read_u64(small, "small") && reader.read_u256(large, "large"));
    EXPECT_EQ(small, number);
    EXPECT_EQ(large, U256(number));
  }
}

TEST(Rlp, GivesTheLargestIntegerBack) {
  const Bytes raw = hex("a0" + std::string(64, 'f'));
  RlpReader reader(raw);
  U256 value;
  ASSERT_TRUE(reader.read_u256(value, "value"));
  EXPECT_EQ(written([&](auto& w) { w.write_u256(value); }), raw);
  EXPECT_THAT(refusal("a1" + std::string(66, 'f'),
                      [&](RlpReader& r) { return r.read_u256(value, "value"); }),
              HasSubstr("an integer of 33 bytes, at most 32"));
}

}  // namespace
}  // namespace clew::evm
