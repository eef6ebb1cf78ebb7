#include "io/dependency_cycles.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <unordered_map>

namespace switchfault {
namespace {

constexpr std::size_t kMostCycles = 20;  // More would not be read.
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Services in alphabetical order and what each depends on.
struct Graph {
  std::vector<std::string_view> names;
  std::vector<std::vector<std::size_t>> edges;
};

Graph graph_of(const std::vector<ServiceConfig>& services, DependencyKind kind) {
  Graph graph;
  std::vector<const ServiceConfig*> sorted;
  sorted.reserve(services.size());
  for (const ServiceConfig& service : services) {
    sorted.push_back(&service);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->name < b->name; });
  std::unordered_map<std::string_view, std::size_t> index;
  for (const ServiceConfig* const service : sorted) {
    index.emplace(service->name, graph.names.size());
    graph.names.push_back(service->name);
  }
  graph.edges.resize(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (const Dependency& dependency : sorted[i]->dependencies) {
      const auto target = index.find(dependency.service.text);
      if (dependency.kind == kind && target != index.end() && target->second != i) {
        graph.edges[i].push_back(target->second);
      }
    }
  }
  return graph;
}

// Tarjan's strongly connected components, without recursion: the component of each service.
class Components {
 public:
  explicit Components(const Graph& graph)
      : graph_(graph),
        order_(graph.names.size(), kNone),
        low_(graph.names.size(), 0),
        component_(graph.names.size(), kNone) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (order_[i] == kNone) {
        visit(i);
      }
    }
  }
  [[nodiscard]] std::size_t of(std::size_t service) const { return component_[service]; }

 private:
  struct Frame {
    std::size_t service;
    std::size_t next_edge = 0;
  };

  void open(std::size_t service) {
    order_[service] = low_[service] = next_order_++;
    stack_.push_back(service);
    frames_.push_back({service});
  }
  void visit(std::size_t root) {
    open(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::size_t service = frame.service;
      if (frame.next_edge < graph_.edges[service].size()) {
        const std::size_t target = graph_.edges[service][frame.next_edge++];
        if (order_[target] == kNone) {
          open(target);
        } else if (component_[target] == kNone) {
          low_[service] = std::min(low_[service], order_[target]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) {
        std::size_t& above = low_[frames_.back().service];
        above = std::min(above, low_[service]);
      }
      if (low_[service] == order_[service]) {
        close(service);
      }
    }
  }
  void close(std::size_t root) {
    std::size_t member = kNone;
    do {
      member = stack_.back();
      stack_.pop_back();
      component_[member] = root;
    } while (member != root);
  }

  const Graph& graph_;
  std::vector<std::size_t> order_, low_, component_;
  std::vector<std::size_t> stack_;
  std::vector<Frame> frames_;
  std::size_t next_order_ = 0;
};

// The shortest way from a service back to itself within its component.
std::vector<std::string_view> cycle_through(std::size_t start, const Graph& graph,
                                            const Components& components) {
  std::vector<std::size_t> came_from(graph.names.size(), kNone);
  std::vector<std::size_t> queue = {start};
  for (std::size_t head = 0; head < queue.size() && came_from[start] == kNone; ++head) {
    for (const std::size_t target : graph.edges[queue[head]]) {
      if (components.of(target) == components.of(start) && came_from[target] == kNone) {
        came_from[target] = queue[head];
        queue.push_back(target);
      }
    }
  }
  std::vector<std::string_view> names = {graph.names[start]};
  for (std::size_t at = came_from[start]; at != start && at != kNone; at = came_from[at]) {
    names.push_back(graph.names[at]);
  }
  names.push_back(graph.names[start]);
  std::reverse(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<std::vector<std::string_view>> dependency_cycles(
    const std::vector<ServiceConfig>& services, DependencyKind kind) {
  const Graph graph = graph_of(services, kind);
  const Components components(graph);
  std::vector<std::size_t> size(graph.names.size(), 0);
  for (std::size_t i = 0; i < graph.names.size(); ++i) {
    ++size[components.of(i)];
  }
  std::vector<std::vector<std::string_view>> cycles;
  for (std::size_t i = 0; i < graph.names.size() && cycles.size() < kMostCycles; ++i) {
    std::size_t& members = size[components.of(i)];
    if (members > 1) {
      cycles.push_back(cycle_through(i, graph, components));
      members = 0;  // One cycle tells enough.
    }
  }
  return cycles;
}

}  // namespace switchfault
