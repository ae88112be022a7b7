import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// Random trees of boxes: what they prove is true, and both checkers find the same.
@Suite struct BoxAttackTests {
  /// How many certificates each seed tries at least.
  private static let count = AttackScale.count(inTests: 300, inAttack: 20_000)

  @Test(arguments: [131, 132, 133] as [UInt64])
  func provesNothingFalse(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed % 2 == 1)
    let both = BothCheckers("BoxAttackTests", seed: seed)
    while both.tried < Self.count {
      let inputCount = Int.random(in: 1...2, using: &random.generator)
      let scene = try Scene(&random, inputCount: inputCount, hidden: 1...4)
      for _ in 0..<4 {
        guard let boxes = Self.boxes(of: scene, &random) else { continue }
        // Accepted where the bounds are good enough, and then it must be true.
        try both.rule(
          of: Self.certificate(scene, boxes, Self.claims(of: scene, &random)), scene.subject)
        // Nothing but the intervals, which are compared with the truth.
        try both.rule(of: Self.certificate(scene, boxes, []), scene.subject)
        let broken = Self.certificate(scene, Self.broken(boxes, &random), [])
        try both.rule(of: broken, scene.subject)
      }
    }
    try both.finish()
    #expect(both.acceptedAndTrue > Self.count / 4)
    #expect(both.rejected > Self.count / 10)
  }

  private static func certificate(
    _ scene: Scene, _ boxes: BoxProof, _ claims: [Verdict]
  ) -> Certificate {
    var certificate = scene.certificate([], claims: claims)
    certificate.boxes = boxes
    return certificate
  }

  /// Some relu unit is called stable, one way or the other.
  private static func claims(of scene: Scene, _ random: inout RandomNetworks) -> [Verdict] {
    guard let unit = scene.network.reluUnits.randomElement(using: &random.generator) else {
      return []
    }
    return [
      Verdict(
        unit: unit,
        stability: Bool.random(using: &random.generator) ? .stablyActive : .stablyInactive,
        bounds: Scene.widest, settledBy: "attack")
    ]
  }

  /// A tree, and targets that it closes; now and then another one as well.
  private static func boxes(of scene: Scene, _ random: inout RandomNetworks) -> BoxProof? {
    let box = scene.domain.box
    var nodes: [BoxNode] = []
    grow(
      &nodes, lower: box.lower, upper: box.upper,
      depth: Int.random(in: 0...4, using: &random.generator), &random)
    let count = scene.network.layers.prefix { !$0.activations.contains(.identity) }.count
    guard count > 0 else { return nil }
    let sides = scene.network.reluUnits.filter { $0.layer < count }.flatMap { unit in
      Side.allCases.map { BoxTarget(unit: unit, side: $0) }
    }
    let bounds = BoxBounds(
      network: ExactNetwork(scene.network), domain: box, layerCount: count)
    let all = bounds.space.set(of: sides)
    var everywhere = all
    var rest = nodes[...]
    close(&everywhere, &rest, box, bounds.space.empty, bounds, all)
    let targets = sides.filter {
      bounds.space.contains($0.unit, $0.side, in: everywhere)
        ? Int.random(in: 0..<4, using: &random.generator) > 0
        : Int.random(in: 0..<32, using: &random.generator) == 0
    }
    return targets.isEmpty ? nil : BoxProof(targets: targets, nodes: nodes)
  }

  private static func close(
    _ everywhere: inout SideSet, _ nodes: inout ArraySlice<BoxNode>, _ box: Box,
    _ closed: SideSet, _ bounds: BoxBounds, _ all: SideSet
  ) {
    let part = BoxBounds.Part(box: box, closed: closed)
    let result = bounds.evaluate([part], for: all, concurrency: .serial)[0]
    guard case .cut(let cut)? = nodes.popFirst() else {
      everywhere.formIntersection(result.closed)
      return
    }
    var (below, above) = (box.upper, box.lower)
    below[cut.input] = cut.value
    above[cut.input] = cut.value
    close(
      &everywhere, &nodes, Box(lower: box.lower, upper: below), result.closed, bounds, all)
    close(
      &everywhere, &nodes, Box(lower: above, upper: box.upper), result.closed, bounds, all)
  }

  private static func grow(
    _ nodes: inout [BoxNode], lower: [Double], upper: [Double], depth: Int,
    _ random: inout RandomNetworks
  ) {
    let input = Int.random(in: 0..<lower.count, using: &random.generator)
    let width = upper[input] - lower[input]
    let shares = [0.5, 0.25, .random(in: 0...1, using: &random.generator)]
    let value = lower[input] + width * shares[Int.random(in: 0..<3, using: &random.generator)]
    guard depth > 0, lower[input] < value, value < upper[input] else {
      nodes.append(.box)
      return
    }
    nodes.append(.cut(BoxCut(input: input, value: value)))
    var (below, above) = (upper, lower)
    below[input] = value
    above[input] = value
    grow(&nodes, lower: lower, upper: below, depth: depth - 1, &random)
    grow(&nodes, lower: above, upper: upper, depth: depth - 1, &random)
  }

  /// A node lost, doubled, moved or changed, or a target changed.
  private static func broken(_ boxes: BoxProof, _ random: inout RandomNetworks) -> BoxProof {
    var (nodes, targets) = (boxes.nodes, boxes.targets)
    let i = Int.random(in: 0..<nodes.count, using: &random.generator)
    switch Int.random(in: 0..<5, using: &random.generator) {
    case 0: nodes.remove(at: i)
    case 1: nodes.insert(nodes[i], at: i)
    case 2: nodes.swapAt(i, Int.random(in: 0..<nodes.count, using: &random.generator))
    case 3:
      let n = Int.random(in: 0..<targets.count, using: &random.generator)
      let old = targets[n]
      targets[n] = BoxTarget(unit: old.unit, side: old.side == .upper ? .lower : .upper)
    default:
      nodes[i] = .cut(
        BoxCut(input: Int.random(in: 0...2, using: &random.generator), value: random.gaussian()))
    }
    return BoxProof(targets: targets, nodes: nodes)
  }
}
