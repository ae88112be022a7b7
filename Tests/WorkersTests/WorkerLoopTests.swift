import Glibc
import Testing

@testable import Workers

@Suite struct WorkerLoopTests {
  /// Runs the loop over one batch of input that fits into the buffer of a socket.
  private func output(
    for input: [UInt8], initialize: (([UInt8]) -> Void)? = nil,
    handle: ([UInt8]) -> [UInt8]
  ) throws -> [UInt8] {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
    defer { close(ends[0]) }
    try #require(write(ends[0], input, input.count) == input.count)
    shutdown(ends[0], Int32(SHUT_WR))
    WorkerLoop.run(input: ends[1], output: ends[1], initialize: initialize, handle: handle)
    close(ends[1])
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(ends[0], &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }

  @Test func answersEachMessageUntilTheEnd() throws {
    let input = WorkerFrame.encode([1, 2]) + WorkerFrame.encode([]) + WorkerFrame.encode([3])
    let expected =
      WorkerFrame.encode([2, 1]) + WorkerFrame.encode([]) + WorkerFrame.encode([3])
    #expect(try output(for: input) { $0.reversed() } == expected)
  }

  @Test func theFirstMessageMayBeForSettingUp() throws {
    var settings: [UInt8] = []
    let input = WorkerFrame.encode([9]) + WorkerFrame.encode([1])
    let answer = try output(for: input, initialize: { settings = $0 }) { $0 + settings }
    #expect(answer == WorkerFrame.encode([1, 9]))
  }

  @Test func garbageEndsTheLoop() throws {
    #expect(try output(for: [255, 255, 255, 255, 1]) { $0 } == [])
    #expect(try output(for: [2, 0, 0, 0, 1]) { $0 } == [])
    #expect(try output(for: []) { $0 } == [])
  }
}
