import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

@Suite struct BoxReplayTests {
  /// A full tree of some depth that halves the inputs in turn, with the boxes at its ends.
  private static func tree(depth: Int, of box: Box, input: Int = 0) -> ([BoxNode], [Box]) {
    if depth == 0 { return ([.box], [box]) }
    let middle = (box.lower[input] + box.upper[input]) / 2
    var (below, above) = (box.upper, box.lower)
    below[input] = middle
    above[input] = middle
    let next = (input + 1) % box.lower.count
    let first = tree(depth: depth - 1, of: Box(lower: box.lower, upper: below), input: next)
    let second = tree(depth: depth - 1, of: Box(lower: above, upper: box.upper), input: next)
    let cut = BoxNode.cut(BoxCut(input: input, value: middle))
    return ([cut] + first.0 + second.0, first.1 + second.1)
  }

  private static let box = Box(lower: [-1, -2], upper: [1, 3])

  private static func network() throws -> ExactNetwork {
    var random = RandomNetworks(seed: 17)
    return ExactNetwork(try random.network(inputCount: 2, hidden: 2...2))
  }

  private static func replay(
    _ nodes: [BoxNode], _ network: ExactNetwork, _ concurrency: Concurrency = .serial
  ) throws -> BoxIntervals {
    var replay = try BoxReplay(
      network: network, box: box, layerCount: 2, concurrency: concurrency, at: "$")
    for node in nodes { try replay.take(node, at: "$") }
    return try replay.finish(at: "$")
  }

  /// What is proved is the hull of what holds in the boxes, however many are bounded at a time.
  @Test(arguments: [0, 1, 3, 8]) func provesTheHull(depth: Int) throws {
    let network = try Self.network()
    let (nodes, boxes) = Self.tree(depth: depth, of: Self.box)
    let bounds = BoxBounds(network: network, layerCount: 2)
    let each = boxes.map { bounds.intervals(on: $0) }
    let proved = try Self.replay(nodes, network)
    for k in 0..<2 {
      for i in proved.layers[k].indices {
        #expect(proved.layers[k][i].lower == each.map { $0[k][i].lower }.min())
        #expect(proved.layers[k][i].upper == each.map { $0[k][i].upper }.max())
      }
    }
    #expect(try Self.replay(nodes, network, Threads.many) == proved)
  }

  @Test func limitsDepth() throws {
    var replay = try BoxReplay(
      network: try Self.network(), box: Box(lower: [0, 0], upper: [1, 0x1p1000]), layerCount: 1,
      concurrency: .serial, at: "$")
    #expect(throws: CheckFailure.self) {
      for i in 0...BoxReplay.maximumDepth {
        try replay.enter(BoxCut(input: 1, value: 0x1p1000 - Double(i + 1) * 0x1p960), at: "\(i)")
      }
    }
  }
}
