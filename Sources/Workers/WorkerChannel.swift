internal import Glibc

/// Owns the parent's end of the socket to one worker; never blocks.
///
/// A socket and not a pipe, because only a socket can be written to without the risk of SIGPIPE.
struct WorkerChannel: ~Copyable {
  /// The descriptor of the socket.
  let descriptor: Int32
  private var outgoing: [UInt8] = []
  private var sentCount = 0
  private var decoder = FrameDecoder()
  private var isClosed = false

  /// What is known after looking at the socket.
  enum State {
    case message([UInt8])
    case waiting
    case closed
    case tooLong(Int)
  }

  /// Takes over a descriptor.
  init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { _ = close(descriptor) }

  /// The events to wait for.
  var pollEvents: Int16 { Int16(sentCount < outgoing.count ? POLLIN | POLLOUT : POLLIN) }

  /// Sends the message as far as the socket takes it now; `pump` sends the rest.
  mutating func enqueue(_ message: [UInt8]) {
    outgoing = Array(outgoing[sentCount...]) + WorkerFrame.encode(message)
    sentCount = 0
    sendPending()
  }

  /// Sends and receives what is possible now.
  mutating func pump() -> State {
    sendPending()
    receiveAvailable()
    switch decoder.next() {
    case .message(let message): return .message(message)
    case .tooLong(let count): return .tooLong(count)
    case .needsMore: return isClosed ? .closed : .waiting
    }
  }

  /// True if the worker has said nothing that nobody asked for, and has not hung up.
  mutating func isQuiet() -> Bool {
    receiveAvailable()
    return !isClosed && decoder.isEmpty
  }

  private mutating func sendPending() {
    while sentCount < outgoing.count {
      let count = outgoing.withUnsafeBytes { bytes in
        send(
          descriptor, bytes.baseAddress?.advanced(by: sentCount), bytes.count - sentCount,
          Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count < 0 && errno == EINTR { continue }
      // Errors show up as the end of the stream when reading.
      guard count > 0 else { return }
      sentCount += count
    }
    outgoing = []
    sentCount = 0
  }

  private mutating func receiveAvailable() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !isClosed {
      let count = buffer.withUnsafeMutableBytes { bytes in
        recv(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
      }
      if count > 0 {
        decoder.append(buffer[..<count])
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        isClosed = true
      } else if errno == EAGAIN {
        return
      }
    }
  }
}
