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
    let layers = try random.network(inputCount: 2, hidden: 3...3).layers
    return ExactNetwork(
      try Network(
        layers: layers.map {
          Layer(weights: $0.weights, biases: $0.biases, activation: .relu)
        }, scalarType: .float64))
  }

  /// The sides that are closed at every end of a tree, and for each node what it closes.
  private struct Walk {
    let bounds: BoxBounds
    let all: SideSet
    var ends: [BoxTarget: [Dyadic]] = [:]
    var everywhere: SideSet

    init(_ network: ExactNetwork, _ sides: [BoxTarget]) {
      bounds = BoxBounds(
        network: network, domain: box, layerCount: network.network.layers.count)
      all = bounds.space.set(of: sides)
      everywhere = all
    }

    mutating func take(
      _ nodes: inout ArraySlice<BoxNode>, lower: [Double], upper: [Double], _ closed: SideSet
    ) {
      let part = BoxBounds.Part(box: Box(lower: lower, upper: upper), closed: closed)
      let result = bounds.evaluate([part], for: all, concurrency: .serial)[0]
      for (target, end) in result.ends { ends[target, default: []].append(end) }
      guard case .cut(let cut)? = nodes.popFirst() else {
        everywhere.formIntersection(result.closed)
        return
      }
      var (below, above) = (upper, lower)
      below[cut.input] = cut.value
      above[cut.input] = cut.value
      take(&nodes, lower: lower, upper: below, result.closed)
      take(&nodes, lower: above, upper: upper, result.closed)
    }
  }

  private static func replay(
    _ nodes: [BoxNode], _ targets: [BoxTarget], _ network: ExactNetwork,
    _ concurrency: Concurrency = .serial
  ) throws -> BoxClaims {
    var replay = try BoxReplay(
      network: network, box: box, targets: targets, concurrency: concurrency, at: "$")
    for node in nodes { try replay.take(node, at: "$") }
    return try replay.finish(at: "$")
  }

  /// Whatever the search asked for besides, each target gets the worst of the ends that close it,
  /// and a side that is open in some box is refused.
  @Test(arguments: [0, 1, 3, 8, 11]) func provesTheWorstEnds(depth: Int) throws {
    let network = try Self.network()
    let sides = network.network.reluUnits.flatMap { unit in
      Side.allCases.map { BoxTarget(unit: unit, side: $0) }
    }
    let nodes = Self.tree(depth: depth, of: Self.box).0
    var walk = Walk(network, sides)
    var rest = nodes[...]
    walk.take(&rest, lower: Self.box.lower, upper: Self.box.upper, walk.bounds.space.empty)
    let space = walk.bounds.space
    let closed = sides.filter { space.contains($0.unit, $0.side, in: walk.everywhere) }
    try #require(!closed.isEmpty && closed.count < sides.count)
    let claims = try Self.replay(nodes, closed, network)
    for target in closed {
      let ends = walk.ends[target] ?? []
      #expect(claims.ends[target] == (target.side == .upper ? ends.max() : ends.min()))
    }
    #expect(try Self.replay(nodes, closed, network, Threads.many) == claims)
    for target in closed {
      let alone = try Self.replay(nodes, [target], network)
      #expect(alone.ends == [target: claims.ends[target]].compactMapValues(\.self))
    }
    for side in sides where !closed.contains(side) {
      #expect(throws: CheckFailure.self) { try Self.replay(nodes, [side], network) }
    }
  }

  @Test func limitsDepth() throws {
    let target = BoxTarget(unit: UnitID(layer: 0, index: 0), side: .upper)
    var replay = try BoxReplay(
      network: try Self.network(), box: Box(lower: [0, 0], upper: [1, 0x1p1000]),
      targets: [target], concurrency: .serial, at: "$")
    #expect(throws: CheckFailure.self) {
      for i in 0...BoxReplay.maximumDepth {
        try replay.enter(BoxCut(input: 1, value: 0x1p1000 - Double(i + 1) * 0x1p960), at: "\(i)")
      }
    }
  }
}
