import Testing

@testable import Espalier

@Suite struct EvenGroupsTests {
  @Test(arguments: 0...40, 1...9)
  func groupsAreFewAndEven(count: Int, size: Int) {
    let elements = Array(0..<count + 3).dropFirst(3)
    let groups = elements.evenGroups(ofAtMost: size)
    #expect(groups.flatMap(\.self) == Array(elements))
    #expect(groups.count == (count + size - 1) / size)
    let sizes = groups.map(\.count)
    #expect((sizes.max() ?? 0) <= size)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }
}
