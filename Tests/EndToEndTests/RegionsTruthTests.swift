import Foundation
import StrictJSON
import Testing

/// Every way to count finds the numbers that are known.
@Suite struct RegionsTruthTests {
  @Test func thereAreAllKnownCounts() {
    #expect(KnownRegions.adversarial.count == 71)
    #expect(KnownRegions.trained.count == 13 && KnownRegions.edge.count == 7)
  }

  @Test(arguments: KnownRegions.adversarial)
  func adversarialNetworksHaveTheirCounts(known: KnownRegions) throws {
    let expected = try #require(known.counts["activation"])
    // One network has so many regions that its other counts are not known.
    guard known.counts.count > 1 else {
      let answer = try RegionAnswer([known.model, "--no-proof"] + known.domain)
      #expect(try answer.exact().last == expected)
      return
    }
    let all = try RegionAnswer([known.model, "--definition", "all"] + known.domain)
    for (definition, count) in known.counts {
      #expect(try all.exact(definition).last == count, "\(definition)")
    }
    // With so few inputs, what was chosen above are faces.
    for engine in ["cells", "exact"] {
      let answer = try RegionAnswer([known.model, "--engine", engine] + known.domain)
      #expect(try answer.exact().last == expected, "\(engine)")
    }
  }

  @Test(arguments: KnownRegions.trained + KnownRegions.edge)
  func trainedAndHandMadeNetworksHaveTheirCounts(known: KnownRegions) throws {
    let expected = try #require(known.counts["activation"])
    var engines = ["auto"]
    if expected <= 2000 { engines.append("cells") }
    let freeCount = try freeInputCount(known)
    // With more inputs, cells are what was chosen.
    if freeCount <= 8, expected <= 2000 { engines.append("faces") }
    if freeCount == 2 { engines.append("polygons") }
    if expected <= 150 { engines.append("exact") }
    for engine in engines {
      let answer = try RegionAnswer(
        [known.model, "--no-proof", "--engine", engine] + known.domain)
      let counts = try answer.exact()
      #expect(counts.last == expected, "\(engine)")
      if engine != "polygons", !known.firstLayers.isEmpty {
        #expect(counts == known.firstLayers, "\(engine)")
      }
    }
    guard expected <= 1500 else { return }
    let maps = try RegionAnswer([known.model, "--definition", "maps"] + known.domain)
    #expect(try maps.exact("maps").last == known.counts["maps"])
  }

  @Test(arguments: ["moons_8_l1-0_s11", "sine1d_8-8_s11", "tent_depth3", "touching_box"])
  func enumerationClaimsTheSame(name: String) throws {
    let known = try #require(
      (KnownRegions.trained + KnownRegions.edge).first { $0.name == name })
    let answer = try RegionAnswer([known.model, "--engine", "enumeration"] + known.domain)
    #expect(try answer.exact().last == known.counts["activation"])
  }

  @Test func theSixDefinitionsOfTheGoldenCase() throws {
    let answer = try RegionAnswer(
      [ProgramRun.fixture("toy/max_min.json"), "--box=-1,1", "--definition", "all"])
    let rows = try answer.document.member("regions").asArray(path: "$")
    let symbols = try rows.map { try $0.member("symbol").asString(path: "$") }
    #expect(symbols == ["R1", "R2", "R3", "R4", "R5", "R6"])
    #expect(try answer.exact("patterns").last == 7)
    #expect(try answer.exact("activation").last == 5)
    let convex = try #require(try answer.counts("convex").last)
    #expect(convex.lower == 3 && convex.upper == 5)
    #expect(try answer.exact("pieces").last == 3)
    #expect(try answer.exact("closed pieces").last == 3)
    #expect(try answer.exact("maps").last == 3)
  }

  private func freeInputCount(_ known: KnownRegions) throws -> Int {
    let answer = try RegionAnswer([known.model, "--layers", "1", "--no-proof"] + known.domain)
    let box = try answer.document.member("domain")
    let (lower, upper) = (
      try box.member("lower").asArray(path: "$"), try box.member("upper").asArray(path: "$")
    )
    return zip(lower, upper).count { $0 != $1 }
  }
}
