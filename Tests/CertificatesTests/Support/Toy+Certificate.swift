import Certificates
import ExactArithmetic
import NeuralNetwork

extension Toy {
  /// A certificate that holds.
  var certificate: Certificate {
    Certificate(
      producer: "by hand",
      model: ModelBinding(files: model.files, networkDigest: network.digest),
      domain: domain, points: points, member: domain.isBox ? nil : 1, boxes: boxes, steps: steps,
      verdicts: verdicts, regions: regions, pruning: pruning)
  }

  var domain: InputDomain {
    let rows = [LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: 0.5)]
    let isCut = self == .folded
    guard
      let domain = try? InputDomain(
        box: Box(lower: -1, upper: 1, count: network.inputCount), rows: isCut ? rows : [],
        ball: isCut ? L1Ball(center: [0], radius: 0.75) : nil)
    else { preconditionFailure("the domain of \(self) does not fit") }
    return domain
  }

  private var points: [[Dyadic]] {
    switch self {
    case .hinge, .branches, .spare, .halves: [[Dyadic(1)], [Dyadic(-1)]]
    case .folded: [[Dyadic(0.5)], [Dyadic(-0.5)]]
    case .constant: []
    case .corner: [[Dyadic(0.5), Dyadic(-0.5)], [Dyadic(-0.5), Dyadic(0.5)]]
    case .parts: [[Dyadic(1), Dyadic(1)], [Dyadic(-1), Dyadic(-1)]]
    }
  }

  /// On -1 … 0 both units are off, on the two other boxes both are on.
  private var boxes: BoxProof? {
    guard self == .halves else { return nil }
    return BoxProof(
      targets: Side.allCases.map { BoxTarget(unit: UnitID(layer: 1, index: 0), side: $0) },
      nodes: [
        .cut(BoxCut(input: 0, value: 0)), .box, .cut(BoxCut(input: 0, value: 0.75)), .box, .box,
      ])
  }

  private var steps: [Step] {
    let target = UnitID(layer: 1, index: 0)
    switch self {
    case .hinge:
      // On x ≤ 0: h1 ≤ 1. On x ≥ 0: h1 = relu(-x) has ν = 1, so B = -1 + 1 + max of (1 - 1) x.
      let nodes: [TreeNode] = [
        .split(UnitID(layer: 0, index: 0)), .leaf(leaf()), .leaf(leaf([(0, 1, 1)])),
      ]
      // relu(t) ≤ (t + 1) / 2 on -1 … 1 for both units: |x| - 1 ≤ 0 without any split.
      return [
        Step(unit: target, side: .upper, proof: .lemma(leaf([(0, 0, 0.5), (0, 1, 0.5)]))),
        Step(unit: target, side: .upper, proof: .tree(bound: .zero, nodes: nodes)),
        Step(unit: target, side: .lower, proof: .lemma(leaf([(0, 0, -1)]))),
      ]
    case .branches:
      let (left, right) = (UnitID(layer: 0, index: 0), UnitID(layer: 0, index: 1))
      // Both on: x ≥ 1/2 and x ≤ -1/2, so nothing is left; with ν = 1 twice, B = -1.
      let nodes: [TreeNode] = [
        .split(left), .split(right), .leaf(leaf()), .leaf(leaf()),
        .split(right), .leaf(leaf()), .leaf(leaf([(0, 0, 1), (0, 1, 1)], claim: 0)),
      ]
      return [Step(unit: target, side: .upper, proof: .tree(bound: .zero, nodes: nodes))]
    case .folded:
      // w² x ≤ (w² - 1) · 1 + 1/2 by the row; w² x ≤ (w² - 1) · 1 + 3/4 by the ball.
      return [
        Step(unit: target, side: .upper, proof: .lemma(leaf(rows: [(0, 1)]))),
        Step(unit: target, side: .upper, proof: .lemma(leaf(ball: 1))),
        Step(unit: target, side: .lower, proof: .lemma(leaf(ball: 1))),
      ]
    case .constant, .spare, .corner, .parts, .halves: return []
    }
  }

  private var verdicts: [Verdict] {
    switch self {
    case .hinge:
      [
        verdict(0, 0, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(0, 1, .unstable, -1, 1, witnesses: (1, 0)),
        verdict(0, 2, .stablyInactive, -3, -1, floatSafe: true), verdict(0, 3, .stablyActive, 1, 3),
        verdict(1, 0, .stablyInactive, -1, 0),
        verdict(1, 1, .stablyActive, 1, 3, floatSafe: true),
        verdict(1, 2, .unstable, -1.5, 0.5, witnesses: (0, 1)),
        verdict(1, 3, .stablyActive, 3, 3, constant: 3),
      ]
    case .branches:
      [
        verdict(0, 0, .unstable, -1.5, 0.5, witnesses: (0, 1)),
        verdict(0, 1, .undecided, -2, 0.5, limit: "10 nodes"),
        verdict(1, 0, .stablyInactive, -0.5, 0),
      ]
    case .folded: [verdict(1, 0, .unstable, -1, 0.75, witnesses: (0, 1))]
    case .constant:
      [
        verdict(0, 0, .stablyInactive, -3, -1), verdict(1, 0, .stablyActive, 1, 1, constant: 1),
      ]
    case .spare:
      [
        verdict(0, 0, .stablyActive, 1, 3), verdict(0, 1, .stablyActive, 3, 5),
        verdict(0, 2, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(0, 3, .unstable, -1, 1, witnesses: (1, 0)),
        verdict(0, 4, .unstable, -2, 2, witnesses: (0, 1)),
      ]
    case .corner:
      [
        verdict(0, 0, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(0, 1, .unstable, -1, 1, witnesses: (1, 0)),
        verdict(0, 2, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(1, 0, .unstable, -1, 2, witnesses: (0, 1)), verdict(1, 1, .stablyActive, 0, 1),
      ]
    case .parts:
      [
        verdict(0, 0, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(0, 1, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(0, 2, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(1, 0, .undecided, -1, 1, limit: "no node"), verdict(1, 1, .stablyActive, 0, 1),
      ]
    case .halves:
      [
        verdict(0, 0, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(0, 1, .unstable, -1, 1, witnesses: (0, 1)),
        verdict(1, 0, .stablyInactive, 0, 0, constant: 0),
        verdict(1, 1, .unstable, -1.5, 0.5, witnesses: (0, 1)),
      ]
    }
  }

  private func verdict(
    _ layer: Int, _ index: Int, _ stability: Stability, _ lower: Double, _ upper: Double,
    witnesses: (Int, Int)? = nil, constant: Double? = nil, limit: String? = nil,
    floatSafe: Bool = false
  ) -> Verdict {
    Verdict(
      unit: UnitID(layer: layer, index: index), stability: stability,
      bounds: interval(lower, upper), settledBy: "hand", constant: constant.map { Dyadic($0) },
      positive: witnesses?.0, negative: witnesses?.1, limit: limit, floatSafe: floatSafe)
  }
}
