// Packets of a pcap file in its four common forms, read from a stream without libpcap.
//
// Gives exactly what libpcap gives for the same file, its words for a cut or damaged file included,
// at a fraction of the cost: a record is looked at where it lies in the buffer. Everything else is
// left to io/libpcap_reader.h.

#ifndef SWITCHFAULT_IO_PCAP_READER_H_
#define SWITCHFAULT_IO_PCAP_READER_H_

#include <memory>

#include <switchfault/capture.h>

#include "io/byte_stream.h"

namespace switchfault {

// Null when the file has another form or a link layer that is not read; the stream is then as
// before, else the source has taken it over.
std::unique_ptr<PacketSource> read_pcap(BufferedStream& stream);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_PCAP_READER_H_
