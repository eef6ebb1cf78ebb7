#include "io/node_kind.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/version.h"

namespace switchfault {
namespace {

constexpr std::size_t kOwnKinds = 8;
constexpr KnownKind kKinds[] = {
    {"switch", NodeKind::switch_, ""},
    {"router", NodeKind::router, ""},
    {"firewall", NodeKind::firewall, ""},
    {"load_balancer", NodeKind::load_balancer, ""},
    {"controller", NodeKind::controller, ""},
    {"host", NodeKind::host, ""},
    {"external", NodeKind::external, ""},
    {"segment", NodeKind::segment, ""},
    // containerlab
    {"linux", NodeKind::host, ""},
    {"generic_vm", NodeKind::host, ""},
    {"freebsd", NodeKind::host, ""},
    {"openbsd", NodeKind::host, ""},
    {"keysight_ixia-c-one", NodeKind::host, ""},
    {"spirent_stc", NodeKind::host, ""},
    {"border0", NodeKind::host, ""},
    {"mysocketio", NodeKind::host, ""},
    {"bridge", NodeKind::segment, ""},
    {"ovs-bridge", NodeKind::segment, ""},
    {"ext-container", NodeKind::external, ""},
    {"k8s-kind", NodeKind::external, ""},
    {"nokia_srlinux", NodeKind::switch_, "nokia_srlinux"},
    {"srl", NodeKind::switch_, "nokia_srlinux"},
    {"nokia_sros", NodeKind::switch_, "nokia_sros"},
    {"vr-sros", NodeKind::switch_, "nokia_sros"},
    {"vr-nokia_sros", NodeKind::switch_, "nokia_sros"},
    {"nokia_srsim", NodeKind::switch_, "nokia_sros"},
    {"arista_ceos", NodeKind::switch_, "arista_ceos"},
    {"ceos", NodeKind::switch_, "arista_ceos"},
    {"arista_veos", NodeKind::switch_, "arista_veos"},
    {"vr-veos", NodeKind::switch_, "arista_veos"},
    {"vr-arista_veos", NodeKind::switch_, "arista_veos"},
    {"juniper_crpd", NodeKind::switch_, "juniper_crpd"},
    {"crpd", NodeKind::switch_, "juniper_crpd"},
    {"juniper_vmx", NodeKind::switch_, "juniper_vmx"},
    {"vr-vmx", NodeKind::switch_, "juniper_vmx"},
    {"vr-juniper_vmx", NodeKind::switch_, "juniper_vmx"},
    {"juniper_vqfx", NodeKind::switch_, "juniper_vqfx"},
    {"vr-vqfx", NodeKind::switch_, "juniper_vqfx"},
    {"vr-juniper_vqfx", NodeKind::switch_, "juniper_vqfx"},
    {"juniper_vjunosrouter", NodeKind::switch_, "juniper_vjunosrouter"},
    {"juniper_vjunosswitch", NodeKind::switch_, "juniper_vjunosswitch"},
    {"juniper_vjunosevolved", NodeKind::switch_, "juniper_vjunosevolved"},
    {"juniper_cjunosevolved", NodeKind::switch_, "juniper_cjunosevolved"},
    {"cisco_xrd", NodeKind::switch_, "cisco_xrd"},
    {"xrd", NodeKind::switch_, "cisco_xrd"},
    {"cisco_xrd_vrouter", NodeKind::switch_, "cisco_xrd"},
    {"cisco_xrv", NodeKind::switch_, "cisco_xrv"},
    {"vr-xrv", NodeKind::switch_, "cisco_xrv"},
    {"vr-cisco_xrv", NodeKind::switch_, "cisco_xrv"},
    {"cisco_xrv9k", NodeKind::switch_, "cisco_xrv9k"},
    {"vr-xrv9k", NodeKind::switch_, "cisco_xrv9k"},
    {"vr-cisco_xrv9k", NodeKind::switch_, "cisco_xrv9k"},
    {"cisco_csr1000v", NodeKind::switch_, "cisco_csr1000v"},
    {"vr-csr", NodeKind::switch_, "cisco_csr1000v"},
    {"vr-cisco_csr", NodeKind::switch_, "cisco_csr1000v"},
    {"cisco_n9kv", NodeKind::switch_, "cisco_n9kv"},
    {"vr-n9kv", NodeKind::switch_, "cisco_n9kv"},
    {"vr-cisco_n9kv", NodeKind::switch_, "cisco_n9kv"},
    {"vr-nxos", NodeKind::switch_, "cisco_nxos"},
    {"vr-cisco_nxos", NodeKind::switch_, "cisco_nxos"},
    {"cisco_c8000", NodeKind::switch_, "cisco_c8000"},
    {"c8000", NodeKind::switch_, "cisco_c8000"},
    {"cisco_c8000v", NodeKind::switch_, "cisco_c8000v"},
    {"cisco_cat9kv", NodeKind::switch_, "cisco_cat9kv"},
    {"cisco_iol", NodeKind::switch_, "cisco_iol"},
    {"cisco_vios", NodeKind::switch_, "cisco_vios"},
    {"cumulus_cvx", NodeKind::switch_, "nvidia_cumulusvx"},
    {"cvx", NodeKind::switch_, "nvidia_cumulusvx"},
    {"nvidia_cumulusvx", NodeKind::switch_, "nvidia_cumulusvx"},
    {"aruba_aoscx", NodeKind::switch_, "aruba_aoscx"},
    {"vr-aoscx", NodeKind::switch_, "aruba_aoscx"},
    {"vr-aruba_aoscx", NodeKind::switch_, "aruba_aoscx"},
    {"sonic-vs", NodeKind::switch_, "sonic"},
    {"sonic-vm", NodeKind::switch_, "sonic"},
    {"dell_sonic", NodeKind::switch_, "dell_sonic"},
    {"dell_ftosv", NodeKind::switch_, "dell_ftosv"},
    {"vr-ftosv", NodeKind::switch_, "dell_ftosv"},
    {"vr-dell_ftosv", NodeKind::switch_, "dell_ftosv"},
    {"mikrotik_ros", NodeKind::switch_, "mikrotik_ros"},
    {"vr-ros", NodeKind::switch_, "mikrotik_ros"},
    {"vr-mikrotik_ros", NodeKind::switch_, "mikrotik_ros"},
    {"huawei_vrp", NodeKind::switch_, "huawei_vrp"},
    {"ipinfusion_ocnos", NodeKind::switch_, "ipinfusion_ocnos"},
    {"ciena_saos", NodeKind::switch_, "ciena_saos"},
    {"arrcus_arcos", NodeKind::switch_, "arrcus_arcos"},
    {"6wind_vsr", NodeKind::router, "6wind_vsr"},
    {"fdio_vpp", NodeKind::router, "fdio_vpp"},
    {"rare", NodeKind::router, "rare"},
    {"vyosnetworks_vyos", NodeKind::router, "vyos"},
    {"openwrt", NodeKind::router, "openwrt"},
    {"veesix_osvbng", NodeKind::router, "veesix_osvbng"},
    {"juniper_vsrx", NodeKind::firewall, "juniper_vsrx"},
    {"vr-vsrx", NodeKind::firewall, "juniper_vsrx"},
    {"vr-juniper_vsrx", NodeKind::firewall, "juniper_vsrx"},
    {"juniper_csrx", NodeKind::firewall, "juniper_csrx"},
    {"cisco_asav", NodeKind::firewall, "cisco_asav"},
    {"cisco_ftdv", NodeKind::firewall, "cisco_ftdv"},
    {"paloalto_panos", NodeKind::firewall, "paloalto_panos"},
    {"vr-pan", NodeKind::firewall, "paloalto_panos"},
    {"vr-paloalto_panos", NodeKind::firewall, "paloalto_panos"},
    {"fortinet_fortigate", NodeKind::firewall, "fortinet_fortigate"},
    {"checkpoint_cloudguard", NodeKind::firewall, "checkpoint_cloudguard"},
    {"f5_bigip-ve", NodeKind::load_balancer, "f5_bigip"},
};

// Last part of an image's name, and the router it holds.
constexpr struct {
  std::string_view image;
  std::string_view os;
} kRouterImages[] = {{"frr", "frr"},     {"bird", "bird"},     {"bird2", "bird"},
                     {"gobgp", "gobgp"}, {"quagga", "quagga"}, {"openbgpd", "openbgpd"},
                     {"vyos", "vyos"},   {"holo", "holo"}};

struct ImageName {
  std::string_view last;  // "frr" of "quay.io/frrouting/frr:10.5.1@sha256:…"
  std::string_view tag;   // "10.5.1"
};

ImageName split_image(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const std::size_t slash = image.rfind('/');
  if (slash != std::string_view::npos) {
    image.remove_prefix(slash + 1);
  }
  const std::size_t colon = image.find(':');
  return {image.substr(0, colon),
          colon == std::string_view::npos ? std::string_view{} : image.substr(colon + 1)};
}

}  // namespace

const KnownKind* find_node_kind(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                         [&](const KnownKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

bool is_own_kind(std::string_view name) {
  const KnownKind* const kind = find_node_kind(name);
  return kind != nullptr && kind < kKinds + kOwnKinds;
}

std::vector<std::string_view> node_kind_names() {
  std::vector<std::string_view> names;
  for (const KnownKind& kind : kKinds) {
    names.push_back(kind.name);
  }
  return names;
}

std::optional<std::string_view> router_of_image(std::string_view image) {
  const std::string_view name = split_image(image).last;
  for (const auto& known : kRouterImages) {
    if (known.image == name) {
      return known.os;
    }
  }
  return std::nullopt;
}

std::string_view version_of_image(std::string_view image) {
  // An unresolved variable tells nothing: "${IMAGE:-ceos:4.32.0F}".
  if (image.find('$') != std::string_view::npos) {
    return {};
  }
  const std::string_view tag = split_image(image).tag;
  return Version::parse(tag) ? tag : std::string_view{};
}

}  // namespace switchfault
