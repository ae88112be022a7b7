import Certificates
import ExactArithmetic
import NeuralNetwork
import StrictJSON
import Testing

/// Documents that aim at the process, not at the proof: the checker must throw, never trap.
@Suite struct HostileInputTests {
  /// The smallest integer has no magnitude in its own type.
  @Test func refusesTheSmallestExponent() async {
    await #expect(processExitsWith: .success) {
      #expect(Dyadic(canonical: "0x1p-9223372036854775808") == nil)
    }
  }

  @Test(arguments: [
    "9223372036854775807", "9223372036854775808", "-9223372036854775807", "-9223372036854775808",
  ])
  func refusesHugeExponents(exponent: String) throws {
    let both = BothCheckers("HostileInputTests, exponent \(exponent)")
    for path in ["points.0.0", "domain.lower.0", "steps.1.bound", "verdicts.0.lower"] {
      let document = Toy.hinge.json.replacing(path, with: .string("0x1p\(exponent)"))
      #expect(try both.rule(of: document, Toy.hinge.subject) == .syntax)
    }
    try both.finish()
  }

  /// Layer 2 loses its unit before layer 1 is folded into it, and must still know its inputs when
  /// layer 0 loses a unit.
  @Test func removesUnitsBeforeAnEmptyFoldedLayer() async {
    await #expect(processExitsWith: .success) {
      func layer(_ bias: Double, _ activation: Activation) -> Layer {
        Layer(weights: Matrix(rows: [[1]]), biases: [bias], activation: activation)
      }
      let network = try Network(
        layers: [layer(2, .relu), layer(0, .relu), layer(-9, .relu), layer(0, .identity)],
        scalarType: .float32)
      let domain = try InputDomain(box: Box(lower: [-1], upper: [1]))
      let state = try CertificateChecker.replay(
        [], network: ExactNetwork(network), domain: domain)
      var working = WorkingNetwork(state)
      try working.apply(.removeInactive(UnitID(layer: 2, index: 0)), at: "$")
      try working.apply(.foldLayer(1), at: "$")
      try working.apply(.removeUnread(UnitID(layer: 0, index: 0)), at: "$")
      try working.apply(.makeConstant(0), at: "$")
    }
  }

  /// `2 x - x` on -1 … -1/2 has the loose interval -3/2 … 0, which two steps make tight; one of
  /// the ends has 65 bits, and the layer behind must not see an interval the wrong way round.
  @Test func survivesAnEndOfManyBits() async {
    await #expect(processExitsWith: .success) {
      func layer(_ rows: [[Double]]) -> Layer {
        Layer(
          weights: Matrix(rows: rows), biases: rows.map { _ in 0 }, activation: .identity)
      }
      let network = try Network(
        layers: [layer([[1], [1]]), layer([[2, -1]]), layer([[1]])], scalarType: .float64)
      let domain = try InputDomain(box: Box(lower: [-1], upper: [-0.5]))
      let bound = try #require(Dyadic(canonical: "-0x10000000000000001p-64"))
      let unit = UnitID(layer: 1, index: 0)
      let nodes = [TreeNode.leaf(Leaf(units: []))]
      let steps = [
        Step(unit: unit, side: .upper, proof: .lemma(Leaf(units: []))),
        Step(unit: unit, side: .lower, proof: .tree(bound: bound, nodes: nodes)),
      ]
      _ = try CertificateChecker.replay(steps, network: ExactNetwork(network), domain: domain)
    }
  }

  @Test func survivesTheLongestNumbers() throws {
    let both = BothCheckers("HostileInputTests, long numbers")
    let digits = String(repeating: "f", count: Dyadic.maximumDigitCount)
    let values = [
      "0x\(digits)p65536", "-0x\(digits)p65536", "0x\(digits)p-65536", "-0x\(digits)p-65536",
      "0x1p65536", "-0x1p-65536",
    ]
    for toy in Toy.allCases {
      for path in toy.json.paths {
        guard case .string(let text) = toy.json.value(at: path), Dyadic(canonical: text) != nil
        else { continue }
        for value in values {
          let document = toy.json.replacing(path, with: .string(value))
          let rule = try both.rule(of: document, toy.subject)
          // Bounds of verdicts and differences may be as weak as they like.
          #expect(rule != nil || mayBeHuge(path), "\(path)")
        }
      }
    }
    try both.finish()
  }

  private func mayBeHuge(_ path: JSONPath) -> Bool {
    path.contains("difference") || path.contains("verdicts") || path.contains("bound")
      || path.contains("tree") || path.contains("leaf") || path.contains("points")
  }

  /// What a certificate names must not write to the terminal of whoever reads the refusal.
  @Test(arguments: ["\u{1b}[2J", "a\nb", "\u{9b}1m", String(repeating: "\u{7}", count: 100_000)])
  func refusesInOneLine(name: String) throws {
    for document in [
      Toy.hinge.json.replacing([name], with: .null),
      Toy.hinge.json.replacing("format", with: .string(name)),
      Toy.hinge.json.replacing("points.0.0", with: .string(name)),
    ] {
      let failure = #expect(throws: CheckFailure.self) {
        try Certificate(decoding: JSONWriter.write(document))
      }
      let text = failure?.description ?? ""
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
      #expect(text.hasPrefix("syntax at $") && text.utf8.count < 8192)
    }
  }

  @Test func refusesDeepNesting() throws {
    let both = BothCheckers("HostileInputTests, nesting")
    for depth in [65, 66, 1000, 1_000_000] {
      let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      #expect(try both.rule(of: Array(text.utf8), Toy.hinge.subject) == .syntax)
      let open = Array(repeating: UInt8(ascii: "["), count: depth)
      #expect(try both.rule(of: open, Toy.hinge.subject) == .syntax)
    }
    try both.finish()
  }

  @Test func limitsTheDepthOfATree() throws {
    let count = 4097
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: Array(repeating: [1], count: count)),
          biases: Array(repeating: 0, count: count), activation: .relu),
        Layer(
          weights: Matrix(rows: [Array(repeating: 1, count: count)]), biases: [0],
          activation: .identity),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1]))
    let exact = ExactNetwork(network)
    func rule(splits: Int) -> CheckRule? {
      let nodes = (0..<splits).map { TreeNode.split(UnitID(layer: 0, index: $0)) }
      let step = Step(
        unit: UnitID(layer: 1, index: 0), side: .upper, proof: .tree(bound: .zero, nodes: nodes))
      do throws(CheckFailure) {
        _ = try CertificateChecker.replay([step], network: exact, domain: domain)
        return nil
      } catch {
        return error.rule
      }
    }
    #expect(rule(splits: 4096) == .treeShape)
    #expect(rule(splits: 4097) == .limits)
  }

  @Test func refusesBoundsThatCross() throws {
    // On an empty domain both ends can be proved as one likes; only `replay` takes such a domain.
    let row = LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: -2)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1]), rows: [row])
    let steps = [Side.upper, .lower].map {
      Step(unit: UnitID(layer: 1, index: 2), side: $0, proof: .lemma(leaf(rows: [(0, 8)])))
    }
    #expect(throws: CheckFailure.self) {
      try CertificateChecker.replay(
        steps, network: ExactNetwork(Toy.hinge.network), domain: domain)
    }
    do throws(CheckFailure) {
      _ = try CertificateChecker.replay(
        steps, network: ExactNetwork(Toy.hinge.network), domain: domain)
    } catch {
      #expect(error.rule == .boundsCross)
    }
  }
}
