#include "io/node_kind.h"

#include <set>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(NodeKind, TheVersionIsTheTagOfTheImage) {
  const struct {
    const char* image;
    const char* version;
  } cases[] = {
      {"ceos:4.32.0F", "4.32.0F"},
      {"ghcr.io/nokia/srlinux:23.10.1", "23.10.1"},
      {"localhost:5000/sonic:202311", "202311"},
      {"localhost:5000/sonic", ""},
      {"ghcr.io/nokia/srlinux", ""},
      {"x:latest", ""},
      {"x:1.2@sha256:0123", "1.2"},
      {"x@sha256:0123", ""},
      {"${IMAGE:-ceos:4.32.0F}", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(version_of_image(c.image), c.version) << c.image;
  }
}

TEST(NodeKind, SomeImagesAreRouters) {
  EXPECT_EQ(router_of_image("quay.io/frrouting/frr:10.5.1"), "frr");
  EXPECT_EQ(router_of_image("bird2"), "bird");
  EXPECT_FALSE(router_of_image("ghcr.io/hellt/network-multitool").has_value());
  EXPECT_FALSE(router_of_image("frr/alpine:3").has_value());
}

TEST(NodeKind, AliasesAreOneOperatingSystem) {
  const std::set<std::string_view> names = {"cvx", "cumulus_cvx", "nvidia_cumulusvx"};
  for (const std::string_view name : names) {
    ASSERT_NE(find_node_kind(name), nullptr);
    EXPECT_EQ(find_node_kind(name)->os, "nvidia_cumulusvx");
  }
  EXPECT_EQ(find_node_kind("vr-sros")->os, find_node_kind("nokia_sros")->os);
  EXPECT_EQ(find_node_kind("sonic"), nullptr);
}

TEST(NodeKind, OurWordsComeFirstAndAreOurs) {
  EXPECT_TRUE(is_own_kind("switch"));
  EXPECT_TRUE(is_own_kind("segment"));
  EXPECT_FALSE(is_own_kind("linux"));
  EXPECT_FALSE(is_own_kind("access"));
  EXPECT_EQ(find_node_kind("host")->kind, NodeKind::host);
}

TEST(NodeKind, NamesAreUnique) {
  const auto names = node_kind_names();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

}  // namespace
}  // namespace switchfault
