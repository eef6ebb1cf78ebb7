// HelloStream: the periodic frame of one protocol to its neighbour on one logical port.
//
// Occurrence n leaves at anchor + n * period. While the frame says the same every time, is certain
// to arrive and would only renew the receiver's deadline, it is not sent: the receiver is held, and
// when the stream wakes it is told when the last frame arrived; what is still on the wire then is
// delivered as a frame. Likewise while nobody can hear it. A protocol whose own state changes must
// wake the streams that depend on it (Network::touch), so that skipping stays invisible.
//
//     sent          sent   (sent)  (sent)  woken
//   ---|-------------|-------|-------|----x------|---
//      refreshed     held    .       .    last = time of the last one in brackets + delay

#ifndef SWITCHFAULT_NET_HELLO_STREAM_H_
#define SWITCHFAULT_NET_HELLO_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/network.h"
#include "net/standing_flow.h"

namespace switchfault {

class HelloStream final : public StandingFlow {
 public:
  // The protocol that sends it; `key` tells its streams apart.
  class Sender {
   public:
    // An occurrence is due: sends what is to be sent.
    virtual void hello_due(std::size_t key) = 0;
    struct Next {
      bool same_again = false;            // Nothing but a change would make the next one differ.
      std::optional<ControlFrame> frame;  // Empty: nothing would be sent.
    };
    [[nodiscard]] virtual Next next_hello(std::size_t key) const = 0;
    // So many were sent without hello_due(), the last of them at `last`.
    virtual void hellos_skipped(std::size_t key, std::int64_t count, SimTime last) = 0;

   protected:
    ~Sender() = default;
  };

  struct Context {
    Simulator& simulator;
    Network& network;
    NodeIndex node;
    LogicalPort port;
    std::uint16_t protocol;  // ProtocolContext::id
    bool skip_quiet_time;
  };
  HelloStream(const Context& context, Sender& sender, std::size_t key, const Schedule& schedule);
  ~HelloStream() override;

 private:
  Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) override;
  void fell_asleep(std::int64_t n) override;
  void woke(std::int64_t n) override;
  void read_way(ReadSet& reads) const;

  Context context_;
  Sender& sender_;
  std::size_t key_;
  std::int64_t slept_after_ = 0;
  Network::Way way_;                   // As it was when it fell asleep.
  std::optional<ControlFrame> frame_;  // What each skipped occurrence carries, if anything.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_HELLO_STREAM_H_
