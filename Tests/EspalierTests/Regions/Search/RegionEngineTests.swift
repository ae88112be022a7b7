import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// All ways to count agree: vertices, points, exact programs, polygons, and every pattern by hand.
@Suite struct RegionEngineTests {
  @Test(arguments: RegionSample.Kind.allCases, 0..<4)
  func enginesAgreeWithEveryPatternByExactPrograms(kind: RegionSample.Kind, seed: Int) throws {
    try RegionAgreement.check(RegionSample(kind, seed: UInt64(seed), largest: 3), mostUnits: 7)
  }

  @Test(arguments: [.trained, .integers, .proportional, .identities, .wide] as [RegionSample.Kind])
  func enginesAgreeWithPolygons(kind: RegionSample.Kind) throws {
    for seed in 0..<8 {
      let sample = try RegionSample(kind, seed: UInt64(seed), inputCount: 2, largest: 5)
      try RegionAgreement.check(sample, mostUnits: 0)
    }
  }

  @Test(arguments: 0..<4)
  func moreInputsAgreeToo(seed: Int) throws {
    let kind: RegionSample.Kind = [.trained, .integers, .rows, .unbiased][seed]
    let sample = try RegionSample(kind, seed: 100 + UInt64(seed), inputCount: 5, largest: 4)
    try RegionAgreement.check(sample, mostUnits: 6)
  }

  @Test func noInputsAndNoOpenUnitsAreOneRegion() throws {
    let sample = try RegionSample(.point, seed: 1)
    for definition in RegionDefinition.allCases {
      let result = try RegionCount.result(
        sample.proved, .automatic, definition, layerCount: sample.layerCount)
      #expect(result.totals.last == 1)
      #expect(result.pieceCount ?? 1 == 1 && result.mapCount ?? 1 == 1)
    }
  }

  /// More sides than a cell can have: the lines touch a circle.
  @Test func cellsWithTooManyFacetsAreCountedOtherwise() throws {
    let rows = (0..<72).map { k -> [Double] in
      // Points of the unit circle with rational coordinates.
      let t = Double(k % 18) / 18
      let (x, y) = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
      return [[x, y], [-y, x], [-x, -y], [y, -x]][k / 18]
    }
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: rows.map { $0.map { Double(Float($0)) } }),
          biases: rows.map { _ in -0.5 }, activation: .relu),
        Layer(
          weights: Matrix(rows: [rows.map { _ in -1 }, rows.map { _ in 1 }]), biases: [0.25, -9],
          activation: .relu),
      ], scalarType: .float32)
    let domain = try InputDomain(box: Box(lower: -2, upper: 2, count: 2))
    let proved = RegionCounting.propagated(network, domain)
    let polygons = try PolygonSubdivision(
      network: network, slice: InputSlice(inputs: 0, 1, at: [0, 0]), domain: domain,
      layerCount: 2)
    let result = try RegionCount.result(proved, .faces, layerCount: 2)
    #expect(result.totals.map { Int($0) } == polygons.countsAfterLayers)
  }
}

/// Compares the ways to count on one sample.
enum RegionAgreement {
  /// Expects that all agree.
  ///
  /// - Parameter mostUnits: The most units for which all patterns are tried.
  static func check(_ sample: RegionSample, mostUnits: Int) throws {
    let counts = try RegionCount.totals(sample, .faces)
    for engine in [RegionEngine.cells, .exact] {
      #expect(try RegionCount.totals(sample, engine) == counts, "\(engine)")
    }
    let proved = sample.proved
    let patterns = try RegionCount.totals(sample, .automatic, .patterns)
    #expect(try RegionCount.totals(sample, .exact, .patterns) == patterns)
    #expect(patterns.last ?? 0 >= counts.last ?? 0)
    for k in 1...sample.layerCount {
      let open = RegionParts.openUnits(of: proved, layerCount: k).count
      // Units that vanish on a thin domain only have forms that are not 0.
      if open <= mostUnits, sample.kind != .thinRows {
        #expect(RegionCounting.patterns(proved, layerCount: k).count == counts[k - 1])
      }
      if k == sample.layerCount, open <= mostUnits - 1 {
        #expect(RegionCount.patternsOfPoints(proved, layerCount: k) == patterns[k - 1])
      }
      try expectBounds(sample, proved, k, counts[k - 1])
    }
    guard sample.domain.hasInside else {
      #expect(sample.kind == .thinRows)
      #expect(throws: RegionFailure.thinDomain) {
        try RegionCount.result(proved, .automatic, .pieces, layerCount: sample.layerCount)
      }
      return
    }
    let maps = try RegionCount.result(
      proved, .automatic, .pieces, layerCount: sample.layerCount)
    let (pieceCount, mapCount) = (try #require(maps.pieceCount), try #require(maps.mapCount))
    #expect(counts.last ?? 0 >= pieceCount && pieceCount >= mapCount && mapCount >= 1)
    let free = zip(sample.domain.box.lower, sample.domain.box.upper).count { $0 < $1 }
    guard sample.domain.inputCount == 2, free == 2 else { return }
    let polygons = try PolygonSubdivision(
      network: sample.network, slice: InputSlice(inputs: 0, 1, at: [0, 0]), domain: sample.domain
    )
    #expect(Array(polygons.countsAfterLayers.prefix(counts.count)) == counts)
    let all = polygons.counts()
    #expect(all.feasiblePatterns == patterns.last)
    #expect(all.openPieces == pieceCount && all.maps == mapCount)
  }

  private static func expectBounds(
    _ sample: RegionSample, _ proved: ProofState, _ k: Int, _ count: Int
  ) throws {
    let bounds = RegionBounds(
      network: sample.network, domain: sample.domain, layerCount: k, proved: proved)
    #expect(try #require(bounds.certified) >= count && bounds.serra >= count)
    #expect(try #require(bounds.certified) <= bounds.serra)
    guard sample.domain.isBox else { return }
    var sampled = SampledRegions(proved: proved, layerCount: k)
    var generator = SplitMix64(seed: 7)
    sampled.sample(count: 20, using: &generator)
    #expect(sampled.regions.count <= count)
  }
}
