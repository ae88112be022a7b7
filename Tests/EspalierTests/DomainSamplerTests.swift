import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Whatever is admitted lies in the domain, in stored numbers where there are any.
@Suite struct DomainSamplerTests {
  @Test func boxesGiveStoredNumbersInside() throws {
    let domain = try InputDomain(box: Box(lower: [0.1, 0, 5], upper: [0.3, 0, 5.1]))
    let sampler = DomainSampler(domain: domain, type: .float32, member: nil)
    var generator = SeededGenerator(seed: 3)
    for point in sampler.random(count: 300, using: &generator) + [sampler.admit([9, -9, .nan])] {
      #expect(domain.violation(at: point.map { Dyadic($0) }) == nil)
      #expect(point.allSatisfy { Double(Float($0)) == $0 })
    }
  }

  @Test func aSideWithoutAnyStoredNumberKeepsItsDouble() throws {
    let domain = try InputDomain(box: Box(lower: [0.1], upper: [0.1]))
    let sampler = DomainSampler(domain: domain, type: .float32, member: nil)
    #expect(sampler.admit([0]) == [0.1])
  }

  @Test func rowsAndBallsPullPointsInside() throws {
    let row = LinearRow(
      terms: [.init(input: 0, coefficient: 1), .init(input: 1, coefficient: 2)], bound: 0.5)
    let domain = try InputDomain(
      box: Box(lower: -1, upper: 1, count: 2), rows: [row],
      ball: L1Ball(center: [0, 0], radius: 0.75))
    let member = try MemberSearch(domain: domain, type: .float64).find()
    let sampler = DomainSampler(
      domain: domain, type: .float64, member: member.map(\.approximation))
    var generator = SeededGenerator(seed: 4)
    for point in sampler.random(count: 300, using: &generator) {
      #expect(domain.violation(at: point.map { Dyadic($0) }) == nil)
    }
  }

  @Test func membersOfThinDomainsAreFoundExactly() throws {
    let up = LinearRow(terms: [.init(input: 0, coefficient: 3)], bound: 1.5)
    let down = LinearRow(terms: [.init(input: 0, coefficient: -3)], bound: -1.5)
    let domain = try InputDomain(box: Box(lower: [-1], upper: [1.75]), rows: [up, down])
    #expect(try MemberSearch(domain: domain, type: .float32).find() == [Dyadic(0.5)])
    let third = LinearRow(terms: [.init(input: 0, coefficient: 3)], bound: 1)
    let back = LinearRow(terms: [.init(input: 0, coefficient: -3)], bound: -1)
    let noDyadic = try InputDomain(box: Box(lower: [-1], upper: [1.75]), rows: [third, back])
    #expect(throws: AnalysisError.noMemberFound) {
      try MemberSearch(domain: noDyadic, type: .float32).find()
    }
  }

  private func corners(of box: Box, ofAtMost count: Int) throws -> [[Double]] {
    DomainSampler(domain: try InputDomain(box: box), type: .float32, member: nil)
      .corners(ofAtMost: count)
  }

  @Test func cornersAreAllCorners() throws {
    let box = Box(lower: [0, -1, 3, 0.5], upper: [1, 1, 3, 2])
    let found = try corners(of: box, ofAtMost: 3)
    #expect(Set(found).count == 8)
    for corner in found {
      #expect(corner.indices.allSatisfy { [box.lower[$0], box.upper[$0]].contains(corner[$0]) })
    }
    #expect(try corners(of: box, ofAtMost: 2) == [])
    #expect(try corners(of: Box(lower: [2, 3], upper: [2, 3]), ofAtMost: 0) == [[2, 3]])
  }

  @Test func cornersArePulledIntoTheBall() throws {
    let domain = try InputDomain(
      box: Box(lower: [-1, -1], upper: [1, 1]), rows: [], ball: L1Ball(center: [0, 0], radius: 1))
    let corners = DomainSampler(domain: domain, type: .float32, member: [0, 0])
      .corners(ofAtMost: 2)
    #expect(corners.count == 4)
    for corner in corners {
      #expect(domain.violation(at: corner.map { Dyadic($0) }) == nil)
    }
  }
}
