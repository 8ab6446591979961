#include <gmock/gmock.h>

#include "chain/evm/abi_decode.h"
#include "chain/evm/abi_json.h"
#include "chain/evm/abi_signature.h"
#include "chain/evm/signature_book.h"

namespace clew::evm {
namespace {

using testing::HasSubstr;

std::string canonical_of(std::string_view text) {
  const auto parsed = parse_signature(text);
  return parsed ? canonical(*parsed) : parsed.error().message;
}

TEST(AbiSignature, HasOneCanonicalForm) {
  EXPECT_EQ(canonical_of("transfer(address,uint256)"), "transfer(address,uint256)");
  EXPECT_EQ(canonical_of(" function transfer ( address to , uint value ) external returns (bool)"),
            "transfer(address,uint256)");
  EXPECT_EQ(canonical_of("f(int,byte,fixed,ufixed8x1,function,bool[][3])"),
            "f(int256,bytes1,fixed128x18,ufixed8x1,function,bool[][3])");
  EXPECT_EQ(canonical_of("g((uint8 a,(string,bytes)[2] b)[] calldata c, tuple(bool) d)"),
            "g((uint8,(string,bytes)[2])[],(bool))");
  EXPECT_EQ(canonical_of("event E(address indexed from, uint256 value)"), "E(address,uint256)");
  EXPECT_EQ(canonical_of("event(address)"), "event(address)");
  EXPECT_EQ(canonical_of("f(())"), "f(())");
  const auto event = parse_signature("E(address indexed from, uint256 value)");
  EXPECT_TRUE(event->parameters[0].indexed);
  EXPECT_FALSE(event->parameters[1].indexed);
  EXPECT_EQ(event->parameters[1].name, "value");
}

TEST(AbiSignature, ThatIsNoneIsRefused) {
  for (const char* text : {"",
                           "()",
                           "f",
                           "f(",
                           "f(uint256",
                           "f(uint7)",
                           "f(uint264)",
                           "f(uint08)",
                           "f(bytes33)",
                           "f(bytes0)",
                           "f(uint256[)",
                           "f(uint256])",
                           "f(uint256[-1])",
                           "f(uint256[01])",
                           "f(,)",
                           "f(uint256,)",
                           "f(what)",
                           "f(fixed)x",
                           "f(fixed7x1)",
                           "f(tuple)",
                           "f(uint256 a b)"}) {
    EXPECT_EQ(parse_signature(text).has_value(), std::string_view(text) == "f(fixed)x") << text;
  }
  const std::string deep = "f(" + std::string(17, '(') + std::string(17, ')') + ")";
  EXPECT_THAT(canonical_of(deep), HasSubstr("nested too deep"));
  std::string brackets = "f(uint8";
  for (int i = 0; i < 17; ++i)
    brackets += "[]";
  EXPECT_THAT(canonical_of(brackets + ")"), HasSubstr("nested too deep"));
  EXPECT_THAT(canonical_of("f(uint8[65536][2])"), HasSubstr("too large"));
  EXPECT_THAT(canonical_of("f(uint8[999999999])"), HasSubstr("too large"));
  EXPECT_THAT(canonical_of("f(uint8[65536],uint8)"), HasSubstr("too large"));
  EXPECT_THAT(canonical_of(std::string(5000, 'f')), HasSubstr("longer than 4096"));
  // Short enough as written, but not in the canonical form or with a space between parameters.
  std::string shorthand = "f(int";
  while (shorthand.size() < 4000)
    shorthand += ",int";
  EXPECT_THAT(canonical_of(shorthand + ")"), HasSubstr("written out in full is longer than 4096"));
}

// https://docs.soliditylang.org/en/latest/abi-spec.html#examples, and ERC-20's event
TEST(AbiSignature, HasTheSelectorOfTheSpecification) {
  const auto selector = [](std::string_view text) {
    return to_hex(selector_of(*parse_signature(text)));
  };
  EXPECT_EQ(selector("baz(uint32,bool)"), "cdcd77c0");
  EXPECT_EQ(selector("bar(bytes3[2])"), "fce353f6");
  EXPECT_EQ(selector("sam(bytes,bool,uint)"), selector("sam(bytes,bool,uint256)"));
  EXPECT_EQ(selector("sam(bytes,bool,uint256[])"), "a5643bf2");
  EXPECT_EQ(selector("f(uint256,uint32[],bytes10,bytes)"), "8be65246");
  EXPECT_EQ(selector("g(uint256[][],string[])"), "2289b18c");
  EXPECT_EQ(selector("transfer(address,uint256)"), "a9059cbb");
  EXPECT_EQ(to_hex(topic_of(*parse_signature("Transfer(address,address,uint256)"))),
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

Bytes words(const std::vector<std::string>& texts) {
  Bytes data;
  for (const std::string& text : texts) {
    std::string digits = text;
    digits.insert(text.front() == '<' ? digits.size() : 0, 64 - (text.size() - (text[0] == '<')),
                  '0');
    if (text.front() == '<') digits.erase(0, 1);
    const Bytes word = from_hex(digits).value();
    data.insert(data.end(), word.begin(), word.end());
  }
  return data;
}

struct Decoded {
  std::string json;
  bool clean = false;
  std::size_t size = 0;
};
Decoded decode(std::string_view signature, const Bytes& data, std::size_t max = kAbiValuesMax) {
  const auto parsed = parse_signature(signature);
  const auto arguments = decode_abi(parsed->parameters, data, max);
  if (!arguments) return {arguments.error().message};
  Decoded decoded{"", arguments->clean, arguments->size};
  JsonText json(decoded.json);
  AbiValue tuple;
  tuple.items = arguments->values;
  write_json(json, make_tuple(parsed->parameters), tuple);
  return decoded;
}

TEST(AbiDecode, ReadsTheExamplesOfTheSpecification) {
  EXPECT_EQ(decode("baz(uint32,bool)", words({"45", "1"})).json, R"(["69",true])");
  EXPECT_EQ(decode("bar(bytes3[2])", words({"<616263", "<646566"})).json,
            R"([["0x616263","0x646566"]])");
  const Decoded sam = decode("sam(bytes a, bool b, uint256[] c)",
                             words({"60", "1", "a0", "4", "<64617665", "3", "1", "2", "3"}));
  EXPECT_EQ(sam.json, R"({"a":"0x64617665","b":true,"c":["1","2","3"]})");
  EXPECT_TRUE(sam.clean);
  EXPECT_EQ(sam.size, 9 * 32u);
  const Decoded g =
      decode("g(uint256[][],string[])",
             words({"40", "140", "2",  "40", "a0", "2",       "1", "2",       "1", "3",
                    "3",  "60",  "a0", "e0", "3",  "<6f6e65", "3", "<74776f", "5", "<7468726565"}));
  EXPECT_EQ(g.json, R"([[["1","2"],["3"]],["one","two","three"]])");
  EXPECT_TRUE(g.clean);
}

TEST(AbiDecode, ReadsTuplesAndSigns) {
  const std::string minus = std::string(64, 'f');
  EXPECT_EQ(decode("f((int8 a,(bool,address)[2] b) c)", words({minus, "1", "aa", "0", "bb"})).json,
            R"({"c":{"a":"-1","b":[[true,"0x00000000000000000000000000000000000000aa"],)"
            R"([false,"0x00000000000000000000000000000000000000bb"]]}})");
  EXPECT_EQ(decode("f(int256)", words({"8" + std::string(63, '0')})).json,
            "[\"-57896044618658097711785492504343953926634992332820282019728792003956564819968\"]");
  EXPECT_EQ(
      decode("f((string a, uint8 b)[] c)", words({"20", "1", "20", "40", "7", "2", "<6869"})).json,
      R"({"c":[{"a":"hi","b":"7"}]})");
}

TEST(AbiDecode, SaysWhetherACompilerWouldWriteItSo) {
  EXPECT_FALSE(decode("f(uint8)", words({"101"})).clean);
  EXPECT_EQ(decode("f(uint8)", words({"101"})).json, R"(["1"])");
  EXPECT_FALSE(decode("f(int8)", words({"ff"})).clean);
  EXPECT_EQ(decode("f(int8)", words({"ff"})).json, R"(["-1"])");
  EXPECT_FALSE(decode("f(bool)", words({"2"})).clean);
  EXPECT_EQ(decode("f(bool)", words({"200"})).json, "[true]");
  EXPECT_FALSE(decode("f(address)", words({"<01"})).clean);
  EXPECT_FALSE(decode("f(bytes2)", words({"1"})).clean);
  EXPECT_FALSE(decode("f(bytes)", words({"20", "1", "<1111"})).clean);
  EXPECT_TRUE(decode("f(bytes)", words({"20", "1", "<11"})).clean);
  EXPECT_EQ(decode("f(uint8)", words({"1", "2"})).size, 32u);
}

TEST(AbiDecode, StaysWithinTheData) {
  EXPECT_THAT(decode("f(uint8)", {}).json, HasSubstr("byte 0: the data ends"));
  EXPECT_THAT(decode("f(uint8[3])", words({"1", "2"})).json, HasSubstr("the data ends"));
  const std::string huge(64, 'f'), large = "ffffffffffffffff";
  for (const std::string& bad : {huge, large, std::string("40"), std::string("21")}) {
    EXPECT_THAT(decode("f(bytes)", words({bad, "1"})).json, HasSubstr("byte ")) << bad;
    EXPECT_THAT(decode("f(uint256[])", words({"20", bad, "1"})).json, HasSubstr("byte ")) << bad;
    EXPECT_THAT(decode("f(string[])", words({"20", "1", bad})).json, HasSubstr("byte ")) << bad;
  }
  EXPECT_THAT(decode("f(bytes)", words({"20", "21", "1"})).json, HasSubstr("past the end"));
}

TEST(AbiDecode, StopsAtABudget) {
  // Twenty times the same list of twenty times the same list: 160,000 numbers.
  std::vector<std::string> bomb = {"20"};
  for (const char* item : {"280", "280", "280", "1"}) {
    bomb.push_back("14");
    bomb.insert(bomb.end(), 20, item);
  }
  EXPECT_THAT(decode("f(uint8[][][][])", words(bomb)).json, HasSubstr("too many values"));
  EXPECT_THAT(decode("f(()[])", words({"20", "ffffff"})).json, HasSubstr("too many values"));
  EXPECT_THAT(decode("f(uint8[0][])", words({"20", "ffffff"})).json, HasSubstr("too many values"));
  EXPECT_THAT(decode("f(uint8,uint8)", words({"1", "2"}), 1).json, HasSubstr("too many values"));
  EXPECT_EQ(decode("f(()[])", words({"20", "2"})).json, "[[[],[]]]");
}

constexpr const char* kAbi = R"([
  {"inputs":[{"components":[{"name":"a","type":"uint256"},{"name":"b","type":"string[]"}],
    "internalType":"struct S[]","name":"items","type":"tuple[]"},{"name":"","type":"address"}],
    "name":"put","outputs":[],"stateMutability":"nonpayable","type":"function"},
  {"anonymous":false,"inputs":[{"indexed":true,"name":"who","type":"address"},
    {"indexed":true,"name":"what","type":"string"},{"indexed":false,"name":"n","type":"uint8"}],
    "name":"Put","type":"event"},
  {"inputs":[],"name":"Nope","type":"error"},
  {"inputs":[{"name":"x","type":"bool"}],"type":"constructor"},
  {"stateMutability":"payable","type":"receive"},
  {"constant":true,"inputs":[],"name":"old"}])";

TEST(AbiJson, ListsFunctionsEventsAndErrors) {
  for (const std::string& text : {std::string(kAbi), "{\"abi\":" + std::string(kAbi) + "}"}) {
    const auto abi = read_contract_abi(text);
    ASSERT_TRUE(abi) << abi.error().message;
    ASSERT_EQ(abi->functions.size(), 2u);
    EXPECT_EQ(canonical(abi->functions[0]), "put((uint256,string[])[],address)");
    EXPECT_EQ(described(abi->functions[0]), "put((uint256 a, string[] b)[] items, address)");
    EXPECT_EQ(canonical(abi->functions[1]), "old()");
    EXPECT_EQ(canonical(abi->events.at(0)), "Put(address,string,uint8)");
    EXPECT_EQ(canonical(abi->errors.at(0)), "Nope()");
  }
}

TEST(AbiJson, NamesTheEntryThatIsWrong) {
  const auto error = [](std::string_view text) {
    const auto abi = read_contract_abi(text);
    return abi ? "no error" : abi.error().message;
  };
  EXPECT_THAT(error("{}"), HasSubstr("\"abi\" is missing"));
  EXPECT_THAT(error("["), HasSubstr("abi"));
  EXPECT_THAT(error("[1]"), HasSubstr("entry 0: \"abi\" is not an object"));
  EXPECT_THAT(error(R"([{"type":"function"}])"), HasSubstr("entry 0: \"name\" is missing"));
  EXPECT_THAT(error(R"([{"name":"f","inputs":[{"type":"uint7"}]}])"),
              HasSubstr("entry 0: parameter 0: type \"uint7\": not a type"));
  EXPECT_THAT(error(R"([{"name":"f","inputs":[{"type":5}]}])"), HasSubstr("is not a string"));
  std::string deep = R"({"type":"bool"})";
  for (int i = 0; i < 20; ++i)
    deep = R"({"type":"tuple","components":[)" + deep + "]}";
  EXPECT_THAT(error(R"([{"name":"f","inputs":[)" + deep + "]}]"), HasSubstr("too deep"));
}

std::string text_of(const std::optional<Named>& named) {
  if (!named) return "none";
  std::string text = named->signature.name;
  JsonText json(text);
  AbiValue tuple;
  tuple.items = named->values;
  write_json(json, make_tuple(named->signature.parameters), tuple);
  return text + (named->exact ? "" : " ?");
}

Bytes input(std::string_view selector, const std::vector<std::string>& arguments) {
  Bytes data = from_hex(selector).value();
  const Bytes rest = words(arguments);
  data.insert(data.end(), rest.begin(), rest.end());
  return data;
}

TEST(SignatureBook, NamesCallsOfTokens) {
  const SignatureBook book;
  EXPECT_EQ(text_of(book.name_input(input("a9059cbb", {"aa", "5"}))),
            R"(transfer{"to":"0x00000000000000000000000000000000000000aa","value":"5"})");
  EXPECT_EQ(text_of(book.name_input(input("d0e30db0", {}))), "deposit[]");
  EXPECT_EQ(text_of(book.name_input(input("a9059cbb", {"aa", "5", "6"}))),
            R"(transfer{"to":"0x00000000000000000000000000000000000000aa","value":"5"} ?)");
  EXPECT_EQ(text_of(book.name_input(input("a9059cbb", {"aa"}))), "none");
  EXPECT_EQ(text_of(book.name_input(input("12345678", {}))), "none");
  EXPECT_EQ(text_of(book.name_input(Bytes{0xa9, 0x05, 0x9c})), "none");
  Call call;
  const Bytes data = input("d0e30db0", {});
  call.input = data;
  EXPECT_EQ(text_of(book.name_call(call)), "deposit[]");
  call.kind = CallKind::create;
  EXPECT_EQ(text_of(book.name_call(call)), "none");
}

TEST(SignatureBook, NamesLogsByHowMuchIsIndexed) {
  const SignatureBook book;
  Log log{};
  log.topics[0] = topic_of(*parse_signature("Transfer(address,address,uint256)"));
  log.topics[1].back() = 1;
  log.topic_count = 4;
  EXPECT_THAT(text_of(book.name_log(log)), HasSubstr("\"tokenId\":\"0\""));
  log.topic_count = 3;
  const Bytes five = words({"5"});
  log.data = five;
  EXPECT_THAT(text_of(book.name_log(log)), HasSubstr("\"value\":\"5\""));
  log.topic_count = 2;
  EXPECT_EQ(text_of(book.name_log(log)), "none");
  log.topic_count = 0;
  EXPECT_EQ(text_of(book.name_log(log)), "none");
}

TEST(SignatureBook, LearnsFromContracts) {
  SignatureBook book;
  ASSERT_TRUE(book.add_abi(kAbi));
  Log log{};
  log.topics[0] = topic_of(*parse_signature("Put(address,string,uint8)"));
  log.topics[1].back() = 0xaa;
  log.topics[2].fill(0x11);
  log.topic_count = 3;
  const Bytes five = words({"5"});
  log.data = five;
  EXPECT_EQ(text_of(book.name_log(log)),
            R"(Put{"who":"0x00000000000000000000000000000000000000aa","what":"0x)" +
                std::string(64, '1') + R"(","n":"5"})");
  EXPECT_EQ(text_of(book.name_input(input(to_hex(selector_of("put((uint256,string[])[],address)")),
                                          {"40", "aa", "0"}))),
            R"(put[[],"0x00000000000000000000000000000000000000aa"])");
  EXPECT_FALSE(book.add_abi("[1]"));
  EXPECT_FALSE(book.add_function("f(uint7)"));
}

TEST(SignatureBook, LoadsLinesOfDatabases) {
  SignatureBook book;
  const std::size_t before = book.functions();
  const auto loaded = book.add_lines(
      "\"b3f98adc\",\"f(uint8)\"\r\n"
      "0xcdcd77c0,baz(uint32,bool)\n\n"
      "\"a9059cbb\",\"transfer(address,uint256)\"\n"
      "\"11111111\",\"baz(uint32,bool)\"\n"
      "nonsense\n\"zz\",\"f()\"\n");
  EXPECT_EQ(loaded.refused + loaded.added, 6u);
  EXPECT_EQ(text_of(book.name_input(input("cdcd77c0", {"45", "1"}))), R"(baz["69",true])");
  EXPECT_LE(book.functions(), before + 2);
}

// Of two signatures with the same selector the one that fits is taken.
TEST(SignatureBook, ChoosesAmongCollisions) {
  SignatureBook book;
  ASSERT_TRUE(book.add_function("transfer(address,uint256)"));
  const auto loaded = book.add_lines("a9059cbb,many_msg_babbage(bytes1)\n");
  EXPECT_EQ(loaded.added, 1u);
  EXPECT_EQ(text_of(book.name_input(input("a9059cbb", {"<61"}))), R"(many_msg_babbage["0x61"])");
  EXPECT_EQ(book.name_input(input("a9059cbb", {"aa", "5"}))->signature.name, "transfer");
}

}  // namespace
}  // namespace clew::evm
