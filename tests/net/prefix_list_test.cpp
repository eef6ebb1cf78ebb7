#include "net/prefix_list.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Texts = std::vector<std::string>;

std::vector<std::uint64_t> words_of(const Texts& texts) {
  std::vector<std::uint64_t> words(texts.size() * PrefixList::kV6Words);
  std::uint64_t* to = words.data();
  for (const std::string& text : texts) {
    to = PrefixList::write(*IpPrefix::parse(text), &text == &texts.back(), to);
  }
  words.resize(static_cast<std::size_t>(to - words.data()));
  return words;
}

Texts texts_of(const PrefixList& list) {
  Texts texts;
  for (const IpPrefix& prefix : list) {
    texts.push_back(prefix.text());
  }
  return texts;
}

TEST(PrefixList, GivesBackWhatWasWrittenInOneWordOrThree) {
  const Texts all = {"10.0.0.1/24", "2001:db8::1/64", "0.0.0.0/0", "fe80::1/128"};
  const std::vector<std::uint64_t> words = words_of(all);
  EXPECT_EQ(words.size(), 1U + 3U + 1U + 3U);
  EXPECT_EQ(texts_of(PrefixList(words.data())), all);
  EXPECT_EQ(PrefixList(words.data()).past(), words.data() + words.size());
  EXPECT_EQ(PrefixList(words.data()).front().text(), "10.0.0.1/24");
}

TEST(PrefixList, EndsBeforeTheNextOne) {
  std::vector<std::uint64_t> words = words_of({"10.0.0.1/24", "10.0.1.1/24"});
  const std::vector<std::uint64_t> next = words_of({"10.0.2.1/24"});
  words.insert(words.end(), next.begin(), next.end());
  const PrefixList first(words.data());
  EXPECT_EQ(texts_of(first), (Texts{"10.0.0.1/24", "10.0.1.1/24"}));
  EXPECT_EQ(texts_of(PrefixList(first.past())), Texts{"10.0.2.1/24"});
}

TEST(PrefixList, IsEmptyWithoutWordsAndWorksWithAlgorithms) {
  EXPECT_TRUE(PrefixList(nullptr).empty());
  EXPECT_EQ(texts_of(PrefixList(nullptr)), Texts{});
  const std::vector<std::uint64_t> words = words_of({"2001:db8::1/64", "10.0.0.1/24"});
  const auto v4 = std::ranges::find_if(PrefixList(words.data()), &IpPrefix::is_v4);
  ASSERT_FALSE(v4 == PrefixList::end());
  EXPECT_EQ((*v4).text(), "10.0.0.1/24");
}

}  // namespace
}  // namespace switchfault
