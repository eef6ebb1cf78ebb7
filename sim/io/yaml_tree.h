// The arenas behind YamlFile and YamlCursor: one of nodes, one of text.

#ifndef SWITCHFAULT_IO_YAML_TREE_H_
#define SWITCHFAULT_IO_YAML_TREE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault {

// Nodes stand in the order of the file, so the first child of a list or map is the next node and a
// subtree is a range. A map's children are key, value, key, value …
struct YamlTree {
  enum class Kind : std::uint8_t { null, scalar, list, map, alias };
  struct Node {
    // scalar: offset and length in `text`; list, map: number of items or entries, and the index
    // after the subtree; alias: index of the list or map it stands for, nothing.
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    Kind kind = Kind::null;
    bool quoted = false;
    bool refused = false;         // A key that was reported; its entry is left out.
    std::uint8_t other_file = 0;  // Of a value put in from another file; 0: the tree's own.
  };

  std::uint32_t file = 0;
  std::vector<Node> nodes;
  std::string text;

  [[nodiscard]] std::string_view text_of(std::uint32_t index) const {
    return std::string_view(text).substr(nodes[index].a, nodes[index].b);
  }
  // Where the content of a value stands: aliases followed.
  [[nodiscard]] std::uint32_t resolve(std::uint32_t index) const {
    return nodes[index].kind == Kind::alias ? nodes[index].a : index;
  }
  [[nodiscard]] std::uint32_t after(std::uint32_t index) const {
    const Node& node = nodes[index];
    return node.kind == Kind::list || node.kind == Kind::map ? node.b : index + 1;
  }
  // The next key at or after `index` in a map that ends at `end`.
  [[nodiscard]] std::uint32_t skip_refused(std::uint32_t index, std::uint32_t end) const {
    while (index < end && nodes[index].refused) {
      index = after(index + 1);
    }
    return index;
  }
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_YAML_TREE_H_
