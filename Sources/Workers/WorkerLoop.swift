internal import Glibc

/// The child's side: reads messages, answers each one.
public enum WorkerLoop {
  /// Answers messages on descriptors 3 and 4 until the parent hangs up.
  ///
  /// A second thread waits for the end of the parent and then ends this process, so that a long
  /// search does not outlive the run that asked for it. What a user sends to the whole group
  /// (Ctrl-C) is for the parent to obey.
  ///
  /// - Parameters:
  ///   - initialize: Takes the first message, which is not answered; nil if there is none.
  ///   - handle: Answers one message.
  public static func run(
    initialize: (([UInt8]) -> Void)? = nil, handle: ([UInt8]) -> [UInt8]
  ) {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_IGN) }
    watchParent()
    run(input: 3, output: 4, initialize: initialize, handle: handle)
  }

  /// Answers messages on the given descriptors until the end of the input.
  static func run(
    input: Int32, output: Int32, initialize: (([UInt8]) -> Void)? = nil,
    handle: ([UInt8]) -> [UInt8]
  ) {
    var decoder = FrameDecoder()
    var initialize = initialize
    while let message = nextMessage(input, &decoder) {
      if let first = initialize {
        first(message)
        initialize = nil
      } else {
        guard write(WorkerFrame.encode(handle(message)), to: output) else { return }
      }
    }
  }

  /// The next message, or nil at the end of the input or if it is garbage.
  private static func nextMessage(_ input: Int32, _ decoder: inout FrameDecoder) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      switch decoder.next() {
      case .message(let message): return message
      case .tooLong: return nil
      case .needsMore: break
      }
      let count = read(input, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      decoder.append(buffer[..<count])
    }
  }

  private static func write(_ bytes: [UInt8], to output: Int32) -> Bool {
    var sentCount = 0
    while sentCount < bytes.count {
      let count = bytes.withUnsafeBytes { source in
        Glibc.write(
          output, source.baseAddress?.advanced(by: sentCount), source.count - sentCount)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      sentCount += count
    }
    return true
  }

  private static func watchParent() {
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { _ in
        // Without events asked for, only the hang-up of the other side is reported.
        var request = pollfd(fd: 3, events: 0, revents: 0)
        while poll(&request, 1, -1) <= 0 {}
        _exit(0)
      }, nil)
    if code == 0 { pthread_detach(thread) }
  }
}
