import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

/// Every form of `replace-linear` by hand, and every way to be refused.
@Suite struct ReplacementRuleTests {
  /// Units `x + 2`, `y + 2`, `x + y + 5` and the bent `x`; both outputs read all of them:
  /// of the first three `(5, 6)` and 26, and `(1, 1)` and 5.
  private static func scene() throws -> RewriteScene {
    try RewriteScene([
      .init([[1, 0], [0, 1], [1, 1], [1, 0]], [2, 2, 5, 0]),
      .init([[1, 2, 4, 8], [0, 0, 1, 3]], [0, 1], .identity),
    ])
  }

  /// The bent unit and new ones, each with a row, a bias and its two readings.
  private static func layers(
    _ new: [(row: [Double], bias: Double, readings: [Double])], _ biases: [Double]
  ) -> [RewriteScene.Rows] {
    [
      .init([[1, 0]] + new.map(\.row), [0] + new.map(\.bias)),
      .init(
        [[8] + new.map { $0.readings[0] }, [3] + new.map { $0.readings[1] }], biases, .identity),
    ]
  }

  private static func kept(_ units: Int...) -> [(Int, [Int])] { [(0, units), (1, [0, 1])] }

  @Test func acceptsRows() throws {
    let both = BothCheckers("ReplacementRuleTests, acceptsRows")
    let scene = try Self.scene()
    try scene.accept(
      [.replace(0, [0, 1, 2], rows: [0, 1], shifts: [11, 2.5])],
      Self.layers([([5, 6], 11, [1, 0]), ([1, 1], 2.5, [0, 1])], [15, 3.5]),
      kept: Self.kept(3, 4, 5), [0, 0], both)
    // (5, 6) by 5 (1, 1) leaves y; (1, 1) by a quarter of (5, 6) leaves 1/4 x + 1/2 y.
    try scene.accept(
      [.replace(0, [0, 1, 2], rows: [1], mix: [(0, [5])], shifts: [2])],
      Self.layers([([1, 1], 2, [5, 1])], [16, 4]), kept: Self.kept(3, 4), [1, 0], both)
    try scene.accept(
      [.replace(0, [0, 1, 2], rows: [0], mix: [(1, [0.25])], shifts: [11])],
      Self.layers([([5, 6], 11, [1, 0.25])], [15, 3.25]), kept: Self.kept(3, 4), [0, 0.75], both)
    // Nothing in their place is a constant for each output.
    try scene.accept(
      [.replace(0, [0, 1, 2], rows: [], mix: [(0, []), (1, [])], shifts: [])],
      Self.layers([], [26, 6]), kept: Self.kept(3), [11, 2], both)
    // Of the first unit alone the second output reads nothing, so it may be in neither list.
    try scene.accept(
      [.replace(0, [0], rows: [0], shifts: [1])],
      [
        .init([[0, 1], [1, 1], [1, 0], [1, 0]], [2, 5, 0, 1]),
        .init([[2, 4, 8, 1], [0, 1, 3, 0]], [1, 1], .identity),
      ], kept: Self.kept(1, 2, 3, 4), [0, 0], both)
    try both.finish()
  }

  /// A third output reads `(7, 8)` of the linear units: `(5, 6)` and twice `(1, 1)`.
  @Test func acceptsSumsOfRows() throws {
    let both = BothCheckers("ReplacementRuleTests, acceptsSumsOfRows")
    let scene = try RewriteScene([
      .init([[1, 0], [0, 1], [1, 1], [1, 0]], [2, 2, 5, 0]),
      .init([[1, 2, 4, 8], [0, 0, 1, 3], [1, 2, 6, 0]], [0, 1, 2], .identity),
    ])
    // Its constant is 36: 2 + 36 - 11 - 2 · 2.
    try scene.accept(
      [.replace(0, [0, 1, 2], rows: [0, 1], mix: [(2, [1, 2])], shifts: [11, 2])],
      [
        .init([[1, 0], [5, 6], [1, 1]], [0, 11, 2]),
        .init([[8, 1, 0], [3, 0, 1], [0, 1, 2]], [15, 4, 23], .identity),
      ], kept: [(0, [3, 4, 5]), (1, [0, 1, 2])], [0, 0, 0], both)
    try both.finish()
  }

  @Test func acceptsInputs() throws {
    let both = BothCheckers("ReplacementRuleTests, acceptsInputs")
    let scene = try Self.scene()
    try scene.accept(
      [.replace(0, [0, 1, 2], inputShifts: [1, 1.5])],
      Self.layers([([1, 0], 1, [5, 1]), ([0, 1], 1.5, [6, 1])], [12, 3.5]),
      kept: Self.kept(3, 4, 5), [0, 0], both)
    // Unit 1 reads one input, so there is one new unit.
    try scene.accept(
      [.replace(0, [1], inputShifts: [1])],
      [
        .init([[1, 0], [1, 1], [1, 0], [0, 1]], [2, 5, 0, 1]),
        .init([[1, 4, 8, 2], [0, 1, 3, 0]], [2, 1], .identity),
      ], kept: Self.kept(0, 2, 3, 4), [0, 0], both)
    // New units are replaced like all others, and numbers go on.
    try scene.accept(
      [
        .replace(0, [0, 1, 2], inputShifts: [1, 1.5]),
        .replace(0, [4, 5], rows: [0, 1], shifts: [11, 2]),
      ],
      Self.layers([([5, 6], 11, [1, 0]), ([1, 1], 2, [0, 1])], [15, 4]),
      kept: Self.kept(3, 6, 7), [0, 0], both)
    try both.finish()
  }

  /// A layer of identity units gets identity units, with any shift.
  @Test func acceptsIdentityUnits() throws {
    let both = BothCheckers("ReplacementRuleTests, acceptsIdentityUnits")
    let scene = try RewriteScene([
      .init([[1], [1], [2]], [0, 0, 0], .identity), .init([[1, 1, 1]], [0], .identity),
    ])
    let result: [RewriteScene.Rows] = [
      .init([[1], [2], [1]], [0, 0, -7], .identity), .init([[1, 1, 1]], [7], .identity),
    ]
    let kept = [(0, [1, 2, 3]), (1, [0])]
    try scene.accept([.replace(0, [0], rows: [0], shifts: [-7])], result, kept: kept, [0], both)
    try scene.accept([.replace(0, [0], inputShifts: [-7])], result, kept: kept, [0], both)
    try scene.accept(
      [.addLinear(0, 0, shift: -7), .substitute(0, 0, [(3, 1)], 7)], result, kept: kept, [0], both)
    // An identity unit is never inactive.
    try scene.refuse([.removeInactive(UnitID(layer: 0, index: 0))], both)
    try both.finish()
  }

  /// Where both kinds are in a layer, new units are identity units, and neither stands for the
  /// other where it matters.
  @Test func mixedLayers() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[1], [1], [1]]), biases: [0, 0, 1],
          activations: [.identity, .relu, .relu]),
        Layer(weights: Matrix(rows: [[1, 1, 1]]), biases: [0], activation: .identity),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 1))
    let start = WorkingNetwork(
      try CertificateChecker.replay([], network: ExactNetwork(network), domain: domain))
    for rewrite: Rewrite in [
      .substitute(0, 0, [(1, 1)]), .substitute(0, 1, [(0, 1)]), .substitute(0, 2, [(1, -1)]),
      .replace(0, [1], rows: [0], shifts: [9]), .foldLayer(0),
    ] {
      var working = start
      #expect(throws: CheckFailure.self) { try working.apply(rewrite, at: "$") }
    }
    var working = start
    try working.apply(.addLinear(0, 1, shift: -9), at: "$")
    try working.apply(.replace(0, [0, 2], rows: [0], shifts: [-5]), at: "$")
    #expect(working.layers[0].units == [1, 3, 4])
    #expect(working.layers[0].activations == [.relu, .identity, .identity])
    #expect(working.layers[0].row(2) == [Dyadic(2)] && working.layers[0].biases[2] == Dyadic(-5))
    #expect(working.layers[0].ranges[1] == interval(-10, -8))
    #expect(working.layers[1].biases == [Dyadic(6)])
  }

  @Test func refusesReplacements() throws {
    let both = BothCheckers("ReplacementRuleTests, refusesReplacements")
    let scene = try Self.scene()
    let units = [0, 1, 2]
    let refused: [Rewrite] = [
      // Units: not ascending, twice, none, bent, never there; layers: last, none.
      .replace(0, [1, 0, 2], rows: [0, 1], shifts: [11, 2]),
      .replace(0, [0, 0, 1], rows: [0, 1], shifts: [99, 99]), .replace(0, [], rows: [], shifts: []),
      .replace(0, [0, 3], rows: [0, 1], shifts: [99, 99]),
      .replace(0, [0, 4], rows: [0, 1], shifts: [99, 99]),
      .replace(0, [0, 1 << 53], inputShifts: [9, 9]), .replace(1, [0], rows: [], shifts: []),
      .replace(2, [0], rows: [], shifts: []), .replace(1 << 53, [0], inputShifts: [9]),
      // Rows: not ascending, twice, never there, one left out.
      .replace(0, units, rows: [1, 0], shifts: [99, 99]),
      .replace(0, units, rows: [0, 0, 1], shifts: [99, 99, 99]),
      .replace(0, units, rows: [0, 1, 2], shifts: [99, 99, 99]),
      .replace(0, units, rows: [0], shifts: [11]), .replace(0, units, rows: [1], shifts: [2]),
      .replace(0, units, rows: [], shifts: []),
      // Mix: one of the rows, never there, twice, not ascending, too few or too many weights.
      .replace(0, units, rows: [0, 1], mix: [(0, [1, 1])], shifts: [99, 99]),
      .replace(0, units, rows: [0, 1], mix: [(2, [1, 1])], shifts: [99, 99]),
      .replace(0, units, rows: [0], mix: [(1, [1]), (1, [1])], shifts: [99]),
      .replace(0, units, rows: [], mix: [(1, []), (0, [])], shifts: []),
      .replace(0, units, rows: [0], mix: [(1, [])], shifts: [99]),
      .replace(0, units, rows: [0], mix: [(1, [1, 1])], shifts: [99]),
      // Shifts: too few, too many, too small.
      .replace(0, units, rows: [0, 1], shifts: [99]),
      .replace(0, units, rows: [0, 1], shifts: [99, 99, 99]),
      .replace(0, units, rows: [0, 1], shifts: [Double(11).nextDown, 2]),
      .replace(0, units, rows: [0, 1], shifts: [11, Double(2).nextDown]),
      .replace(0, units, inputShifts: [1]), .replace(0, units, inputShifts: [1, 1, 1]),
      .replace(0, units, inputShifts: [1, 1.0.nextDown]),
      .replace(0, [1], inputShifts: [1, 1]),
    ]
    for rewrite in refused { try scene.refuse([rewrite], both) }
    let inputs = Rewrite.replace(0, units, inputShifts: [1, 1])
    try scene.refuse([inputs, inputs], both)
    try scene.refuse([inputs, .replace(0, [3, 4], inputShifts: [9, 9])], both)
    try both.finish()
  }
}
