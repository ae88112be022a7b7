internal import Certificates

extension DisjointSets {
  /// For each number the index of its set, by ascending smallest member, and how many there are.
  mutating func numbered() -> (indices: [Int], count: Int) {
    var numbers: [Int: Int] = [:]
    var indices: [Int] = []
    for i in 0..<count {
      let root = root(of: i)
      let number = numbers[root] ?? numbers.count
      numbers[root] = number
      indices.append(number)
    }
    return (indices, numbers.count)
  }
}
