#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "io/yaml_cursor.h"
#include "io/yaml_tree.h"

namespace switchfault {
namespace {

constexpr std::size_t kLongestKey = 60;  // Of a path; only a hostile file has longer ones.

// Walks a tree once and notes the path of every wanted node.
class PathWalk {
 public:
  // `wanted` rises.
  PathWalk(const YamlTree& tree, const std::vector<std::uint32_t>& wanted)
      : tree_(tree), wanted_(wanted), found_(wanted.size()) {}

  // The paths of the wanted nodes, in their order.
  std::vector<std::string> paths() && {
    visit(0);
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_wanted_before(std::uint32_t end) const {
    return next_ < wanted_.size() && wanted_[next_] < end;
  }
  void note(std::uint32_t index) {
    while (next_ < wanted_.size() && wanted_[next_] <= index) {
      found_[next_++] = path_;
    }
  }
  void visit(std::uint32_t index) {
    note(index);
    const YamlTree::Node& node = tree_.nodes[index];
    const bool is_map = node.kind == YamlTree::Kind::map;
    if (!is_map && node.kind != YamlTree::Kind::list) {
      return;
    }
    std::size_t number = 0;
    for (std::uint32_t child = index + 1; child < node.b && is_wanted_before(node.b); ++number) {
      const std::uint32_t value = child + (is_map ? 1 : 0);
      const std::uint32_t after = tree_.after(value);
      if (is_wanted_before(after)) {
        const std::size_t length = path_.size();
        if (is_map) {
          path_ += path_.empty() ? "" : ".";
          path_ += tree_.text_of(child).substr(0, kLongestKey);
          note(child);
        } else {
          path_ += fmt::format("[{}]", number);
        }
        visit(value);
        path_.resize(length);
      }
      child = after;
    }
  }

  const YamlTree& tree_;
  const std::vector<std::uint32_t>& wanted_;
  std::vector<std::string> found_;
  std::size_t next_ = 0;
  std::string path_;
};

}  // namespace

std::vector<std::string> paths_of(const std::vector<YamlCursor>& cursors) {
  std::vector<std::string> paths(cursors.size());
  std::vector<bool> done(cursors.size(), false);
  for (std::size_t first = 0; first < cursors.size(); ++first) {
    if (done[first]) {
      continue;
    }
    std::vector<std::size_t> order;  // Those of the same file, in its order.
    for (std::size_t i = first; i < cursors.size(); ++i) {
      if (cursors[i].tree_ == cursors[first].tree_) {
        order.push_back(i);
        done[i] = true;
      }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return cursors[a].index_ < cursors[b].index_;
    });
    std::vector<std::uint32_t> wanted;
    wanted.reserve(order.size());
    for (const std::size_t i : order) {
      wanted.push_back(cursors[i].index_);
    }
    std::vector<std::string> found = PathWalk(*cursors[first].tree_, wanted).paths();
    for (std::size_t i = 0; i < order.size(); ++i) {
      paths[order[i]] = std::move(found[i]);
    }
  }
  return paths;
}

}  // namespace switchfault
