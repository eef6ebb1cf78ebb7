// Address domains: which interfaces of a topology can hear each other, by cables, VLANs and VRFs.
//
// Two interfaces are in one broadcast domain when frames pass between them at layer 2 with every
// link up; broadcast domains are in one address domain when a node routes between them in one VRF.
// Within an address domain every address may exist once. Found by union-find over the topology as
// written; spanning tree, filters and failures do not matter here.

#ifndef SWITCHFAULT_IO_ADDRESS_DOMAINS_H_
#define SWITCHFAULT_IO_ADDRESS_DOMAINS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <switchfault/topology.h>

namespace switchfault {

class AddressDomains {
 public:
  // `index_of` finds a node of `topology` by name; links to unknown nodes are left out.
  using IndexOf = std::function<std::ptrdiff_t(std::string_view name)>;  // -1: unknown
  AddressDomains(const Topology& topology, const IndexOf& index_of);

  // The address domain of an interface; equal numbers mean the same domain.
  [[nodiscard]] std::uint32_t of(std::size_t node, const InterfaceConfig& interface);
  // The same of its broadcast domain.
  [[nodiscard]] std::uint32_t segment_of(std::size_t node, const InterfaceConfig& interface);

 private:
  // A VLAN of a node (no port), one tag of a routed port, or a VRF (kVrfTag, its name as port).
  struct Key {
    std::size_t node = 0;
    std::string_view port;
    std::uint16_t tag = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  // One end of a link as frames see it.
  struct End {
    enum class Mode : std::uint8_t { access, trunk, routed, transparent };
    std::size_t node = 0;
    std::string_view port;  // The aggregate's name when it is a member.
    Mode mode = Mode::access;
    const PortConfig* config = nullptr;
  };
  using PortKey = Key;  // With tag 0.

  void collect_ports();
  void collect_interfaces();
  End end_of(std::size_t node, std::string_view port) const;
  [[nodiscard]] bool accepts(const End& end, std::uint16_t tag) const;
  [[nodiscard]] Key key_of(const End& end, std::uint16_t tag) const;
  [[nodiscard]] Key key_of(std::size_t node, const InterfaceConfig& interface) const;
  [[nodiscard]] bool passes_any(const End& end) const;
  const std::vector<std::uint16_t>& tags_of(const End& end);
  const std::vector<std::uint16_t>& vlans_of(std::size_t node);
  void join_link(const End& a, const End& b);
  void join_tags(const End& a, const End& b, const std::vector<std::uint16_t>& tags);
  void join(const Key& a, const Key& b);
  std::uint32_t element(const Key& key);
  std::uint32_t root_of(std::uint32_t element);

  const Topology& topology_;
  std::unordered_map<Key, std::uint32_t, KeyHash> elements_;
  std::vector<std::uint32_t> parents_;
  std::vector<std::uint32_t> segments_;  // The parents before routers have joined anything.
  std::unordered_map<PortKey, const PortConfig*, KeyHash> ports_;  // Those with settings.
  std::unordered_map<PortKey, std::string_view, KeyHash> lag_of_;  // Of members.
  std::unordered_map<PortKey, std::vector<std::uint16_t>, KeyHash> sub_interfaces_;
  std::unordered_map<std::size_t, std::vector<std::uint16_t>>
      vlans_;                                        // Of nodes with `trunk: all`.
  std::unordered_set<std::uint64_t> trunked_pairs_;  // Joined in all VLANs already.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_ADDRESS_DOMAINS_H_
