import BigInt
import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// What becomes a block, how many units that makes, and what is refused.
@Suite struct ShallowDesignTests {
  @Test(arguments: RegionSample.Kind.allCases, 0..<3 as Range<UInt64>)
  func sizesKeepToTheFormulas(kind: RegionSample.Kind, seed: UInt64) throws {
    guard let sample = try ShallowSample(kind, seed: seed) else { return }
    let design = sample.design
    let formula = design.formula(.regions)
    let size = design.size
    for (count, most) in zip(size.digits, formula.digits) {
      #expect(try #require(BigInt(count)) <= #require(BigInt(most)))
    }
    if design.isAffine {
      #expect(size.digits.prefix(2) == ["0", "0"])
    } else {
      #expect(size.second == formula.second)
      let network = try StoredShallow(ShallowNetwork(design, slabExponent: -3), type: .float64)
        .network
      #expect(network.layers.map { "\($0.unitCount)" }.dropLast() == size.digits.prefix(2))
      #expect("\(network.parameterCount)" == size.digits[2])
    }
  }

  @Test func formulasByHand() {
    // n0 + 2 (R2 - 1) = 12, m R2 = 12; 12 · 3 + 12 · 13 + 2 · 13 = 36 + 156 + 26.
    let regions = ShallowSize.formula(inputs: 2, regions: 6, outputs: 2)
    #expect(regions.digits == ["12", "12", "218"])
    // Forms: 3, and 2 for each of 2^3 patterns below: 19. Patterns: 2^5.
    let all = ShallowSize.formula(inputs: 2, openCounts: [3, 2], outputs: 1)
    #expect(all.digits.prefix(2) == ["40", "32"])
    let huge = ShallowSize.formula(inputs: 2, openCounts: [100], outputs: 1)
    #expect(huge.second == "1.26e30" && huge.parameterCount == nil)
  }

  @Test func oneRegionIsOneAffineMap() throws {
    let network = try Hinge.network()
    for (low, high, expected) in [(0.25, 1.0, 0.5), (-1, -0.25, 0.0)] {
      let domain = try InputDomain(box: Box(lower: low, upper: high, count: 1))
      for patterns in ShallowPatterns.allCases {
        let sample = try ShallowSample(network, domain, patterns: patterns, seed: 1)
        let shallow = ShallowNetwork(sample.design, slabExponent: -2)
        #expect(sample.design.isAffine && shallow.layers.count == 1)
        #expect(shallow.outputs(at: [Dyadic(high / 2)]) == [Dyadic(high / 2 > 0 ? expected : 0)])
        #expect(sample.design.size.digits == ["0", "0", "2"])
      }
    }
  }

  @Test func proportionalUnitsShareAForm() throws {
    // x, 2x - 0 and -x/2 vanish together; x - 1/2 does not.
    let hidden = Layer(
      weights: Matrix(rows: [[1], [2], [-0.5], [1]]), biases: [0, 0, 0, -0.5], activation: .relu)
    let output = Layer(
      weights: Matrix(rows: [[1, -1, 3, 2]]), biases: [0.25], activation: .identity)
    let network = try Network(layers: [hidden, output], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 1))
    let regions = try ShallowSample(network, domain, seed: 1).design
    #expect(regions.forms.count == 2 && regions.blockCount == 3)
    // Of the 16 patterns 4 have no contradiction; one is at x < 0 and x > 1/2.
    let all = try ShallowSample(network, domain, patterns: .all, seed: 1).design
    #expect(all.forms.count == 2 && all.blockCount == 4)
  }

  @Test func floorsAreThoseOfRegions() throws {
    // 3 relu(x) - 3 relu(x - 1/2): intervals say -3/2, its maps 0, 3x and 3/2 on the box -3.
    let hidden = Layer(weights: Matrix(rows: [[1], [1]]), biases: [0, -0.5], activation: .relu)
    let output = Layer(weights: Matrix(rows: [[3, -3]]), biases: [0], activation: .identity)
    let network = try Network(layers: [hidden, output], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 1))
    #expect(try ShallowSample(network, domain, seed: 1).design.floors == [.zero])
    // With a row that cuts off x < 1/4 the least value is 3/4.
    let row = LinearRow(terms: [.init(input: 0, coefficient: -4)], bound: -1)
    let cut = try InputDomain(box: domain.box, rows: [row])
    #expect(try ShallowSample(network, cut, seed: 1).design.floors == [Dyadic(0.75)])
  }

  // MARK: Refusals

  @Test func manyPatternsAreRefusedWithTheirNumber() throws {
    let network = try RegionCounting.network([2, 16, 16, 1], seed: 1)
    let proved = RegionCounting.propagated(network, try RandomNetworks.box(for: network))
    let failure = #expect(throws: ShallowFailure.self) {
      try ShallowDesign(proved: proved, patterns: .all, parameterLimit: 1_000_000)
    }
    guard case .tooLarge(let size, 1_000_000) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(size.digits[1].utf8.count > 4 && failure?.isLimit == true)
    #expect(failure?.description.contains("--max-parameters") == true)
  }

  @Test func manyRegionsAreRefused() throws {
    let network = try RegionCounting.network([2, 16, 16, 1], seed: 1)
    let proved = RegionCounting.propagated(network, try RandomNetworks.box(for: network))
    let tooLarge = #expect(throws: ShallowFailure.self) {
      try ShallowDesign(proved: proved, patterns: .regions, parameterLimit: 1000)
    }
    guard case .tooLarge(_, 1000) = tooLarge else {
      Issue.record("\(String(describing: tooLarge))")
      return
    }
    let unfinished = #expect(throws: ShallowFailure.self) {
      try ShallowDesign(
        proved: proved, patterns: .regions, parameterLimit: 1_000_000, goesOn: { _ in false },
        stopReason: { "patience" })
    }
    guard case .unfinished(_, "patience") = unfinished else {
      Issue.record("\(String(describing: unfinished))")
      return
    }
  }

  @Test func ballsAndThinDomainsAreRefused() throws {
    let network = try Hinge.network()
    let box = Box(lower: -1, upper: 1, count: 1)
    let ball = try InputDomain(box: box, ball: L1Ball(center: [0], radius: 1))
    let rows = [1.0, -1.0].map {
      LinearRow(terms: [.init(input: 0, coefficient: $0)], bound: 0)
    }
    let thin = try InputDomain(box: box, rows: rows)
    for (domain, expected) in [(ball, ShallowFailure.ball), (thin, .thinDomain)] {
      let proved = RegionCounting.propagated(network, domain)
      #expect(throws: expected) {
        try ShallowDesign(proved: proved, patterns: .regions, parameterLimit: 1000)
      }
    }
  }
}
