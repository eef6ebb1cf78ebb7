#include "core/checksum.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "packet_bytes.h"

namespace switchfault {
namespace {

TEST(Checksum, OfTheExampleOfRfc1071) {
  EXPECT_EQ(internet_checksum(bytes_of("0001 f203 f4f5 f6f7")), 0x220d);
}

TEST(Checksum, CountsALastOddByteAsTheUpperHalfOfAWord) {
  EXPECT_EQ(internet_checksum(bytes_of("0102 03")), internet_checksum(bytes_of("0102 0300")));
  EXPECT_EQ(internet_checksum({}), 0xffff);
}

TEST(Checksum, UpdatesTheExampleOfRfc1624) {
  ChecksumChange change;  // Equation 2 of RFC 1141 would answer 0xffff here.
  change.replace16(0x5555, 0x3285);
  EXPECT_EQ(change.applied_to(0xdd2f), 0x0000);
}

// Replacing words and updating gives what computing anew gives.
RC_GTEST_PROP(ChecksumProperties, AnUpdateAgreesWithComputingAnew, ()) {
  const auto half_words = *rc::gen::suchThat(
      rc::gen::container<std::vector<std::uint16_t>>(rc::gen::arbitrary<std::uint16_t>()),
      [](const auto& words) { return words.size() >= 4; });
  Bytes bytes(2 * half_words.size());
  for (std::size_t i = 0; i < half_words.size(); ++i) {
    store_big(&bytes[2 * i], half_words[i]);
  }
  bytes[1] |= std::byte{1};  // A sum of zero has two forms; headers never have it.
  const std::uint16_t before = internet_checksum(bytes);
  const auto word = *rc::gen::arbitrary<std::uint16_t>();
  const auto longer = *rc::gen::arbitrary<std::uint32_t>();
  ChecksumChange change;
  change.replace16(load_big16(&bytes[2]), word);
  change.replace32(load_big32(&bytes[4]), longer);
  store_big(&bytes[2], word);
  store_big(&bytes[4], longer);
  RC_ASSERT(change.applied_to(before) == internet_checksum(bytes));
}

}  // namespace
}  // namespace switchfault
