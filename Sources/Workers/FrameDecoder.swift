/// Cuts a stream of bytes into messages.
struct FrameDecoder {
  /// What the bytes so far amount to.
  enum Step {
    case message([UInt8])
    case needsMore
    case tooLong(Int)
  }

  private var buffer: [UInt8] = []

  /// True if no byte waits.
  var isEmpty: Bool { buffer.isEmpty }

  /// Takes in what was read.
  mutating func append(_ bytes: ArraySlice<UInt8>) { buffer += bytes }

  /// Takes the next message out if it is complete.
  mutating func next() -> Step {
    guard buffer.count >= WorkerFrame.headerByteCount else { return .needsMore }
    let header = buffer.prefix(WorkerFrame.headerByteCount)
    let count = Int(header.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    guard count <= WorkerFrame.maximumByteCount else { return .tooLong(count) }
    let end = WorkerFrame.headerByteCount + count
    guard buffer.count >= end else { return .needsMore }
    let message = Array(buffer[WorkerFrame.headerByteCount..<end])
    buffer.removeFirst(end)
    return .message(message)
  }
}
