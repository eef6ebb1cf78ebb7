#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/ip_address.h>

namespace switchfault {
namespace {

static_assert(std::is_trivially_copyable_v<IpAddress> && sizeof(IpAddress) == 16);

IpAddress address(const char* text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(IpAddress{});
}

IpPrefix prefix(const char* text) {
  const auto parsed = IpPrefix::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(IpPrefix{});
}

TEST(IpAddress, IsWrittenInItsCanonicalForm) {
  const struct {
    const char* given;
    const char* written;
  } cases[] = {
      {"10.0.0.1", "10.0.0.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    // The first of two equal runs.
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // One zero group is not shortened.
      {"2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::"},      // The longest run.
      {"fe80::1:2", "fe80::1:2"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"::ffff:192.0.2.33", "192.0.2.33"},  // The mapped form is the IPv4 address.
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(address(c.given).text(), c.written) << c.given;
    EXPECT_EQ(address(c.written), address(c.given)) << c.given;
  }
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           "1..3.4",
                           "1.2.3.",
                           "-1.2.3.4",
                           "0x1.2.3.4",
                           ":",
                           ":::",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "12345::",
                           "g::",
                           "::1%eth0",
                           "1:2:3:4:5:6:7:8::",
                           "::1.2.3.4:5",
                           "1.2.3.4::",
                           "1:",
                           "1::2:",
                           ":1::2",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "10.0.0.1/24",
                           "0000000000000000000000000000000000000000000001"}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
}

TEST(IpAddress, KnowsItsFamilyAndScope) {
  EXPECT_TRUE(address("10.0.0.1").is_v4());
  EXPECT_EQ(address("10.0.0.1").v4_bits(), 0x0a000001U);
  EXPECT_FALSE(address("::10.0.0.1").is_v4());
  EXPECT_TRUE(address("224.0.0.18").is_multicast());
  EXPECT_FALSE(address("223.255.255.255").is_multicast());
  EXPECT_TRUE(address("ff02::12").is_multicast());
  EXPECT_TRUE(address("febf::1").is_link_local());
  EXPECT_FALSE(address("fec0::1").is_link_local());
  EXPECT_TRUE(address("169.254.1.1").is_link_local());
  EXPECT_TRUE(address("0.0.0.0").is_unspecified());
  EXPECT_TRUE(address("::").is_unspecified());
  EXPECT_FALSE(address("::1").is_unspecified());
}

TEST(IpAddress, OrdersByNumberWithinAFamily) {
  std::vector<IpAddress> given = {address("10.0.0.10"), address("10.0.0.9"), address("9.0.0.1"),
                                  address("2001:db8::2"), address("2001:db8::10")};
  std::sort(given.begin(), given.end());
  std::vector<std::string> texts;
  for (const IpAddress& a : given) {
    texts.push_back(a.text());
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"9.0.0.1", "10.0.0.9", "10.0.0.10", "2001:db8::2",
                                             "2001:db8::10"}));
}

TEST(IpPrefix, KeepsTheAddressAndKnowsItsNetwork) {
  const IpPrefix written = prefix("10.1.2.3/20");
  EXPECT_EQ(written.text(), "10.1.2.3/20");
  EXPECT_EQ(written.network().text(), "10.1.0.0/20");
  EXPECT_EQ(written.broadcast().text(), "10.1.15.255");
  EXPECT_EQ(prefix("2001:db8:1:2:3::1/60").network().text(), "2001:db8:1::/60");
  EXPECT_EQ(prefix("2001:db8::1/128").network().text(), "2001:db8::1/128");
  EXPECT_EQ(prefix("2001:db8::1:0:0:1/72").network().text(), "2001:db8::/72");
  EXPECT_EQ(prefix("0.0.0.0/0").network(), prefix("0.0.0.0/0"));
  EXPECT_EQ(prefix("1.2.3.4/0").network(), prefix("0.0.0.0/0"));
  EXPECT_EQ(prefix("::1/0").network(), prefix("::/0"));
}

TEST(IpPrefix, ContainsTheAddressesOfItsFamilyOnly) {
  EXPECT_TRUE(prefix("10.1.0.0/16").contains(address("10.1.255.255")));
  EXPECT_FALSE(prefix("10.1.0.0/16").contains(address("10.2.0.0")));
  EXPECT_TRUE(prefix("0.0.0.0/0").contains(address("203.0.113.9")));
  EXPECT_FALSE(prefix("0.0.0.0/0").contains(address("2001:db8::1")));
  EXPECT_FALSE(prefix("::/0").contains(address("203.0.113.9")));
  EXPECT_TRUE(prefix("2001:db8::/33").contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(prefix("2001:db8::/33").contains(address("2001:db8:8000::1")));
  EXPECT_TRUE(prefix("10.0.0.1/32").is_host());
  EXPECT_FALSE(prefix("2001:db8::/32").is_host());
}

TEST(IpPrefix, RefusesWhatIsNoPrefix) {
  for (const char* text : {"10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/024", "10.0.0.1/-1",
                           "::1/129", "::1/1280", "/24", "10.0.0.1/24/8", "10.0.0.0/255.0.0.0"}) {
    EXPECT_FALSE(IpPrefix::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace switchfault
