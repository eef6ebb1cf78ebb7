#include <utility>

#include "core/check.h"
#include "io/yaml_cursor.h"
#include "io/yaml_tree.h"

namespace switchfault {
namespace {

using Node = YamlTree::Node;
using Kind = YamlTree::Kind;

bool is_collection(const Node& node) {
  return node.kind == Kind::list || node.kind == Kind::map;
}

// Whether an alias outside [begin, end) stands for something inside.
bool is_aliased(const YamlTree& tree, std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    const bool outside = i < begin || i >= end;
    if (outside && node.kind == Kind::alias && node.a >= begin && node.a < end) {
      return true;
    }
  }
  return false;
}

// The nodes of a whole other tree, to stand from index `base` on, with their texts.
std::vector<Node> adopt(YamlTree& tree, const YamlTree& other, std::uint32_t base) {
  SF_CHECK(other.file > 0 && other.file < 256);
  std::vector<Node> nodes = other.nodes;
  for (Node& node : nodes) {
    node.other_file = static_cast<std::uint8_t>(other.file);
    if (node.kind == Kind::scalar) {
      node.a += static_cast<std::uint32_t>(tree.text.size());
    } else if (is_collection(node)) {
      node.b += base;
    } else if (node.kind == Kind::alias) {
      node.a += base;
    }
  }
  tree.text += other.text;
  return nodes;
}

// Replaces the nodes [begin, end) below `owner` (the collection they are in, directly or not).
void splice(YamlTree& tree, std::uint32_t owner, std::uint32_t begin, std::uint32_t end,
            const std::vector<Node>& inserted) {
  const std::uint32_t owner_end = tree.after(owner);
  const auto moved = [&](std::uint32_t index) {
    return static_cast<std::uint32_t>(index - (end - begin) + inserted.size());
  };
  for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
    Node& node = tree.nodes[i];
    const bool encloses = i <= owner && is_collection(node) && node.b >= owner_end;
    if (encloses || (i >= end && is_collection(node))) {
      node.b = moved(node.b);
    } else if (node.kind == Kind::alias && node.a >= end) {
      node.a = moved(node.a);
    }
  }
  const auto at = [&](std::uint32_t index) {
    return tree.nodes.begin() + static_cast<std::ptrdiff_t>(index);
  };
  tree.nodes.insert(tree.nodes.erase(at(begin), at(end)), inserted.begin(), inserted.end());
}

// The innermost collection around a node.
std::uint32_t owner_of(const YamlTree& tree, std::uint32_t index) {
  std::uint32_t owner = index;
  do {
    SF_CHECK(owner > 0);
    --owner;
  } while (!is_collection(tree.nodes[owner]) || tree.nodes[owner].b <= index);
  return owner;
}

}  // namespace

bool YamlFile::replace(YamlCursor value, const YamlFile& other) {
  const std::uint32_t begin = value.index_;
  const std::uint32_t end = tree_->after(begin);
  if (is_aliased(*tree_, begin, end)) {
    return false;
  }
  auto tree = std::make_unique<YamlTree>(*tree_);
  const std::vector<Node> nodes = adopt(*tree, *other.tree_, begin);
  if (begin == 0) {
    tree->nodes = nodes;
  } else {
    splice(*tree, owner_of(*tree, begin), begin, end, nodes);
  }
  tree_ = std::move(tree);
  return true;
}

void YamlFile::insert(YamlCursor map, std::span<const std::string_view> keys,
                      const YamlFile& other) {
  auto tree = std::make_unique<YamlTree>(*tree_);
  const std::uint32_t target = tree->resolve(map.index_);
  const bool empty_value = tree->nodes[target].kind == Kind::null;
  SF_CHECK(empty_value || tree->nodes[target].kind == Kind::map);
  const std::uint32_t begin = empty_value ? target : tree->after(target);
  const std::uint32_t end = empty_value ? target + 1 : begin;
  std::vector<Node> nodes;
  const auto index_of = static_cast<std::uint32_t>(other.tree_->file);
  const auto add = [&](Kind kind) -> Node& {
    nodes.push_back({.line = other.tree_->nodes[0].line, .column = 1, .kind = kind});
    nodes.back().other_file = static_cast<std::uint8_t>(index_of);
    return nodes.back();
  };
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0 || empty_value) {
      add(Kind::map).a = 1;
    }
    Node& name = add(Kind::scalar);
    name.a = static_cast<std::uint32_t>(tree->text.size());
    name.b = static_cast<std::uint32_t>(keys[i].size());
    tree->text += keys[i];
  }
  const auto base = static_cast<std::uint32_t>(begin + nodes.size());
  const std::vector<Node> value = adopt(*tree, *other.tree_, base);
  nodes.insert(nodes.end(), value.begin(), value.end());
  for (Node& node : nodes) {  // The maps made here all end where the value ends.
    if (node.kind == Kind::map && node.b == 0) {
      node.b = static_cast<std::uint32_t>(begin + nodes.size());
    }
  }
  if (!empty_value) {
    ++tree->nodes[target].a;
  }
  splice(*tree, empty_value ? owner_of(*tree, target) : target, begin, end, nodes);
  tree_ = std::move(tree);
}

}  // namespace switchfault
