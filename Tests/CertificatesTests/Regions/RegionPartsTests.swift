import Certificates
import Espalier
import ExactArithmetic
import NeuralNetwork
import Testing

/// Which open units are counted together, on networks made by hand.
@Suite struct RegionPartsTests {
  /// Two blocks of two inputs each, and a layer above that reads each block alone.
  private static let blocks = [
    layer([[1, 1, 0, 0], [0, 0, 1, -1], [1, -1, 0, 0], [0, 0, 1, 1]]),
    layer([[1, 0, -1, 0], [0, 1, 0, -1]]),
  ]

  private static func layer(
    _ rows: [[Double]], _ biases: [Double]? = nil, _ activation: Activation = .relu
  ) -> Layer {
    Layer(
      weights: Matrix(rows: rows), biases: biases ?? rows.map { _ in 0 }, activation: activation)
  }

  private static func box(
    _ sides: [ClosedRange<Double>], rows: [LinearRow] = [], ball: L1Ball? = nil
  ) throws -> InputDomain {
    try InputDomain(
      box: Box(lower: sides.map(\.lowerBound), upper: sides.map(\.upperBound)), rows: rows,
      ball: ball)
  }

  private static let wide = Array(repeating: -1.0...1.0, count: 4)

  /// Expects these parts, as layers and indices, from checker and census; and that both checkers
  /// accept what a search finds.
  private func expect(
    _ parts: [[[Int]]], _ layers: [Layer], _ domain: InputDomain, layerCount: Int? = nil,
    counts: [[Int]]? = nil, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let output = Self.layer(
      [Array(repeating: 1, count: layers[layers.count - 1].unitCount)], nil, .identity)
    let network = try Network(layers: layers + [output], scalarType: .float32)
    let scene = try RegionScene(network, domain, layerCount: layerCount ?? layers.count)
    let expected = parts.map { $0.map { UnitID(layer: $0[0], index: $0[1]) } }
    #expect(scene.parts == expected, sourceLocation: location)
    let census = scene.census
    #expect(census.parts == expected, sourceLocation: location)
    if let counts { #expect(census.counts == counts, sourceLocation: location) }
    // The search knows no balls.
    guard domain.ball == nil else { return }
    let both = BothCheckers("RegionPartsTests")
    for engine in RegionEngine.allCases {
      let claim = try scene.searched(by: engine)
      #expect(claim.counts == census.counts, "\(engine)", sourceLocation: location)
      #expect(
        try both.rule(of: scene.certificate(claim), scene.subject) == nil, "\(engine)",
        sourceLocation: location)
      // All units in one list, as if they were one part.
      guard parts.count > 1 else { continue }
      let joined = scene.certificate(counts: [census.totals], claim.nodes)
      #expect(
        try both.rule(of: joined, scene.subject) == .regionCount, sourceLocation: location)
    }
    try both.finish()
  }

  @Test func blocksAreApart() throws {
    try expect(
      [[[0, 0], [0, 2], [1, 0]], [[0, 1], [0, 3], [1, 1]]], Self.blocks, Self.box(Self.wide),
      counts: [[4, 5], [4, 5]])
    // One layer alone.
    try expect(
      [[[0, 0], [0, 2]], [[0, 1], [0, 3]]], Self.blocks, Self.box(Self.wide), layerCount: 1,
      counts: [[4], [4]])
  }

  @Test func aUnitThatReadsBothJoinsThem() throws {
    let joined = [Self.blocks[0], Self.layer([[1, -1, 0, 0]])]
    try expect([[[0, 0], [0, 1], [0, 2], [0, 3], [1, 0]]], joined, Self.box(Self.wide))
    // Not before its layer counts.
    try expect(
      [[[0, 0], [0, 2]], [[0, 1], [0, 3]]], joined, Self.box(Self.wide), layerCount: 1)
  }

  /// Linked through a third unit though the two have no input in common.
  @Test func linksReachFurther() throws {
    try expect(
      [[[0, 0], [0, 1], [0, 2]], [[0, 3]]],
      [Self.layer([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0]])], Self.box(Self.wide),
      counts: [[6], [2]])
  }

  @Test func fixedInputsLinkNothing() throws {
    // Both read input 2, which cannot move.
    let layers = [Self.layer([[1, 0, 1], [0, 1, 1]])]
    let free = -1.0...1.0
    try expect(
      [[[0, 0]], [[0, 1]]], layers, Self.box([free, free, 0.5...0.5]), counts: [[2], [2]])
    try expect([[[0, 0], [0, 1]]], layers, Self.box([free, free, 0.5...0.75]), counts: [[4]])
  }

  @Test func rowsAndBallsLinkEverything() throws {
    let layers = [Self.layer([[1, 0], [0, 1]])]
    let free = [-1.0...1.0, -1.0...1.0]
    let row = LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: 4)
    try expect([[[0, 0]], [[0, 1]]], layers, Self.box(free), counts: [[2], [2]])
    try expect([[[0, 0], [0, 1]]], layers, Self.box(free, rows: [row]), counts: [[4]])
    let ball = L1Ball(center: [0, 0], radius: 9)
    try expect([[[0, 0], [0, 1]]], layers, Self.box(free, ball: ball), counts: [[4]])
    // A row that keeps x + y ≤ 0 takes one of the four patterns away.
    let slanted = LinearRow(
      terms: [.init(input: 0, coefficient: 1), .init(input: 1, coefficient: 1)], bound: 0)
    try expect([[[0, 0], [0, 1]]], layers, Self.box(free, rows: [slanted]), counts: [[3]])
  }

  /// Unit 1 is `y - 2` or `y + 2`, and unit 0 of the next layer reads it beside `x`.
  @Test func inactiveUnitsPassNothingOn() throws {
    let domain = try Self.box([-1...1, -1...1])
    func layers(bias: Double, above: Double) -> [Layer] {
      [Self.layer([[1, 0], [0, 1], [0, 1]], [0, bias, 0]), Self.layer([[1, 1, 0]], [above])]
    }
    try expect(
      [[[0, 0], [1, 0]], [[0, 2]]], layers(bias: -2, above: -0.5), domain,
      counts: [[2, 3], [2, 2]])
    try expect([[[0, 0], [0, 2], [1, 0]]], layers(bias: 2, above: -2.5), domain)
  }

  /// `y - 2` is below 0 all over, but an identity unit passes it on.
  @Test func identityUnitsPassEverythingOn() throws {
    let domain = try Self.box([-1...1, -1...1])
    let below = Self.layer([[1, 0], [0, 1], [0, 1]], [0, -2, 0], .identity)
    try expect(
      [[[1, 0], [1, 1]]], [below, Self.layer([[1, 1, 0], [0, 0, 1]], [2, 0])], domain,
      counts: [[1, 4]])
    try expect(
      [[[1, 0]], [[1, 1]]], [below, Self.layer([[1, 0, 0], [0, 0, 1]])], domain,
      counts: [[1, 2], [1, 2]])
  }

  /// Constant units stand between, and the parts come in the order of their first units.
  @Test func partsStandInTheOrderOfTheirFirstUnits() throws {
    let domain = try Self.box([-1...1, -1...1, 0...0])
    let layers = [
      Self.layer([[0, 0, 1], [0, 1, 0], [0, 0, 0], [1, 0, 1]], [1, 0, -1, 0]),
      Self.layer([[-0.5, 0, 3, 1], [-0.5, 1, 3, 0]]),
    ]
    try expect(
      [[[0, 1], [1, 1]], [[0, 3], [1, 0]]], layers, domain, counts: [[2, 3], [2, 3]])
  }

  /// `v - v` of a number `v` that no input moves: rounding its interval opens that of `v - v`.
  @Test func emptySetsLinkEverything() throws {
    let free = -1.0...1.0
    let wide = 1 + 0x1p-52
    let layers = [
      Self.layer([[0, 0, wide], [0, 0, wide], [1, 0, 0], [0, 1, 0]]),
      Self.layer([[1, -1, 0, 0]]),
    ]
    let domain = try Self.box([free, free, wide...wide])
    let network = try Network(
      layers: layers + [Self.layer([[1]], nil, .identity)], scalarType: .float64)
    let scene = try RegionScene(network, domain, layerCount: 2)
    let interval = scene.proved[UnitID(layer: 1, index: 0)]
    try #require(interval.lower.signum < 0 && interval.upper.signum > 0)
    #expect(scene.parts.count == 1)
    #expect(scene.census.parts == scene.parts)
    let both = BothCheckers("RegionPartsTests, emptySetsLinkEverything")
    for engine in RegionEngine.allCases {
      let claim = try scene.searched(by: engine)
      #expect(claim.counts == scene.census.counts)
      #expect(try both.rule(of: scene.certificate(claim), scene.subject) == nil)
    }
    try both.finish()
  }
}
