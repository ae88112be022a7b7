import Certificates
import Espalier
import ExactArithmetic
import NeuralNetwork
import Testing

/// Trees that claim fewer regions than there are, or none, where bounds of 0 come for nothing.
@Suite struct RegionForgeryTests {
  /// Two units that cross in the middle of the domain, and one above them.
  private static func network() throws -> Network {
    try Network(
      layers: [
        Layer(weights: Matrix(rows: [[1, 0], [0, 1]]), biases: [0, 0], activation: .relu),
        Layer(weights: Matrix(rows: [[1, -1]]), biases: [0], activation: .relu),
        Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
  }

  /// Scenes whose domain is the one point 0, of which intervals do not know.
  private static func onePointScenes() throws -> [RegionScene] {
    let box = Box(lower: -1, upper: 1, count: 2)
    let rows = [[1.0, 1], [-1, -1], [1, -1], [-1, 1]].map { terms in
      LinearRow(
        terms: terms.enumerated().map { .init(input: $0, coefficient: $1) }, bound: 0)
    }
    let ball = L1Ball(center: [0, 0], radius: 0)
    return try [
      InputDomain(box: box, rows: rows), InputDomain(box: box, ball: ball),
      InputDomain(box: box, rows: rows, ball: ball),
    ].map { try RegionScene(network(), $0, layerCount: 2) }
  }

  private static let point = RegionNode.point([.zero, .zero])

  /// All the ways to give three units phases without a split, with leaves that bound by 0.
  private static func trees(_ phases: [Phase], _ zeroLeaf: Leaf, _ ends: [RegionNode])
    -> [RegionNode]
  {
    let units = [(0, 0), (0, 1), (1, 0)].map { UnitID(layer: $0.0, index: $0.1) }
    return zip(units, phases).map { unit, phase in
      switch phase {
      case .off: .empty(.on, unit, zeroLeaf)
      case .on: .empty(.off, unit, zeroLeaf)
      case .zero: .zero(unit, upper: zeroLeaf, lower: zeroLeaf)
      }
    } + ends
  }

  /// On one point every unit is 0, both strict sides of each are empty: that is one region, with
  /// all units zero, and nothing else holds.
  @Test func aPointIsOneRegion() throws {
    let all: [Phase] = [.off, .on, .zero]
    let both = BothCheckers("RegionForgeryTests, aPointIsOneRegion")
    for scene in try Self.onePointScenes() {
      #expect(scene.census.counts == [[1, 1]])
      for leaf in Self.leaves(scene.domain) {
        for phases in all.flatMap({ a in all.flatMap { b in all.map { [a, b, $0] } } }) {
          let isTrue = phases == [.zero, .zero, .zero]
          let nodes = Self.trees(phases, leaf, [Self.point])
          let rule = try both.rule(of: scene.certificate(counts: [[1, 1]], nodes), scene.subject)
          #expect(rule == nil || !isTrue || leaf.claim.isZero || !leaf.units.isEmpty)
          #expect(rule != nil || isTrue)
          // No tree without a point, whatever it counts.
          for counts in [[[0, 0]], [[1, 1]], [], [[1, 0]]] {
            let none = Self.trees(phases, leaf, [])
            #expect(
              try both.rule(of: scene.certificate(counts: counts, none), scene.subject) != nil)
            #expect(try both.rule(of: scene.certificate(counts: counts, []), scene.subject) != nil)
          }
        }
      }
      for engine in [RegionEngine.cells, .exact] where scene.domain.ball == nil {
        let claim = try scene.searched(by: engine)
        #expect(claim.counts == [[1, 1]])
        #expect(try both.rule(of: scene.certificate(claim), scene.subject) == nil)
      }
    }
    try both.finish()
    #expect(both.acceptedAndTrue > 0)
  }

  /// Leaves whose bound is 0 on the one point, with and without a claim.
  private static func leaves(_ domain: InputDomain) -> [Leaf] {
    let rows = domain.rows.isEmpty ? [[]] : [[(0, 0.5), (2, 0.5)], [], [(0, 1), (1, 1)]]
    return rows.flatMap { rows in
      [0, 1].flatMap { claim in
        (domain.ball == nil ? [0] : [0, 4.0]).map { leaf(rows: rows, ball: $0, claim: claim) }
      }
    }
  }

  /// On a box of one point no unit is open: there is no part, and so no tree.
  @Test func aBoxOfOnePointHasNoTree() throws {
    let scene = try RegionScene(
      Self.network(), InputDomain(box: Box(lower: [0, 0], upper: [0, 0])), layerCount: 2)
    let both = BothCheckers("RegionForgeryTests, aBoxOfOnePointHasNoTree")
    #expect(scene.parts.isEmpty)
    func rule(_ counts: [[Int]], _ nodes: [RegionNode]) throws -> CheckRule? {
      try both.rule(of: scene.certificate(counts: counts, nodes), scene.subject)
    }
    #expect(try rule([], []) == nil)
    #expect(try rule([[1, 1]], []) == .regionCount)
    #expect(try rule([[0, 0]], []) == .regionCount)
    #expect(try rule([], [Self.point]) == .regionShape)
    #expect(
      try rule([[1, 1]], Self.trees([.zero, .zero, .zero], leaf(), [Self.point])) == .regionShape)
    try both.finish()
  }

  /// An edge of the box is left by a row: patterns count relative to it.
  @Test func anEdgeIsCountedAlongItself() throws {
    let row = LinearRow(terms: [.init(input: 1, coefficient: -1)], bound: -1)
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 2), rows: [row])
    // y = 1: x has two signs, y one, and relu(x) - relu(y) ≤ 0 touches 0 in a corner.
    let scene = try RegionScene(Self.network(), domain, member: [0, 1], layerCount: 2)
    #expect(scene.census.counts == [[2, 2]])
    let both = BothCheckers("RegionForgeryTests, anEdgeIsCountedAlongItself")
    // The row, read once, turns `-y` and `x - y` into numbers.
    let byRow = leaf(rows: [(0, 1)])
    let (left, right) = (UnitID(layer: 0, index: 0), UnitID(layer: 0, index: 1))
    let above = UnitID(layer: 1, index: 0)
    let ends = [-0.5, 0.5].map { RegionNode.point([Dyadic($0), .one]) }
    func rule(_ counts: [Int], _ nodes: [RegionNode]) throws -> CheckRule? {
      try both.rule(of: scene.certificate(counts: [counts], nodes), scene.subject)
    }
    let off: [RegionNode] = [.empty(.off, right, byRow), .empty(.on, above, leaf([(0, 1, 0)]))]
    let on: [RegionNode] = [.empty(.off, right, byRow), .empty(.on, above, byRow)]
    #expect(try rule([2, 2], [.split(left)] + off + [ends[0]] + on + [ends[1]]) == nil)
    // Without the row, and at the corner itself, where `x - y` is 0.
    let free: [RegionNode] = [.empty(.off, right, leaf()), on[1]]
    #expect(try rule([2, 2], [.split(left)] + off + [ends[0]] + free + [ends[1]]) == .regionEmpty)
    let corner = RegionNode.point([.one, .one])
    #expect(try rule([2, 2], [.split(left)] + off + [ends[0]] + on + [corner]) == .regionPoint)
    #expect(try rule([1, 1], [.empty(.on, left, byRow)] + off + [ends[0]]) == .regionEmpty)
    try both.finish()
  }

  /// The pattern of a corner: both units 0 in one point of the cell where both are off.
  @Test func aCornerIsNoRegion() throws {
    let both = BothCheckers("RegionForgeryTests, aCornerIsNoRegion")
    let unit = UnitID(layer: 1, index: 0)
    let corner: [RegionNode] = [
      .split(UnitID(layer: 0, index: 0)), .split(UnitID(layer: 0, index: 1)),
    ]
    // A split above, where relu(x) - relu(y) is 0 all over, has no points for its branches.
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 2))
    let scene = try RegionScene(Self.network(), domain, layerCount: 2)
    var nodes = try scene.searched(by: .faces).nodes
    let i = try #require(nodes.firstIndex { if case .zero = $0 { true } else { false } })
    #expect(Array(nodes[..<2]) == corner && i == 2)
    let claim = RegionClaim(layerCount: 2, counts: [[4, 5]], nodes: nodes)
    #expect(try both.rule(of: scene.certificate(claim), scene.subject) == nil)
    guard case .point(let inside) = nodes[i + 1] else { return }
    let branches: [RegionNode] = [.point(inside), .point(inside)]
    nodes.replaceSubrange(i...i + 1, with: [.split(unit)] + branches)
    #expect(
      try both.rule(of: scene.certificate(counts: [[4, 6]], nodes), scene.subject) == .regionPoint)
    for side in RegionSide.allCases {
      // Each strict side is empty, but then no point has the sign of the other one.
      var oneSided = claim.nodes
      oneSided[i] = .empty(side, unit, leaf())
      #expect(
        try both.rule(of: scene.certificate(counts: [[4, 5]], oneSided), scene.subject)
          == .regionPoint)
    }
    try both.finish()
  }

  /// What a point must show for a unit that is zero.
  @Test func aZeroUnitIsZeroAtThePoint() throws {
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 2))
    let scene = try RegionScene(Self.network(), domain, layerCount: 2)
    let evaluation = RegionEvaluation(scene.proved, layerCount: 2)
    let unit = UnitID(layer: 1, index: 0)
    let points = [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5]].map { $0.map { Dyadic($0) } }
    for (i, point) in points.enumerated() {
      for (j, phase) in [Phase.zero, .on, .off].enumerated() {
        #expect((evaluation.fault(of: point, phases: [unit: phase]) == nil) == (i == j))
      }
    }
    #expect(evaluation.fault(of: [.zero], phases: [:]) != nil)
    #expect(evaluation.fault(of: [.zero, Dyadic(2)], phases: [:]) != nil)
    #expect(evaluation.fault(of: [.zero, Dyadic(1)], phases: [:]) == nil)
  }
}
