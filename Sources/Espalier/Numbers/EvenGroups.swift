extension RandomAccessCollection where Index == Int {
  /// The elements in as few groups as sizes allow, the sizes as even as can be.
  ///
  /// Even groups are done at the same time when threads share them.
  func evenGroups(ofAtMost size: Int) -> [SubSequence] {
    let groupCount = (count + size - 1) / size
    return (0..<groupCount).map { i in
      self[startIndex + i * count / groupCount..<startIndex + (i + 1) * count / groupCount]
    }
  }
}
