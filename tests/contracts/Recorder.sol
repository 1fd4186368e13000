// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Whatever contract: it answers each call as it was taught, and no other
contract Recorder {
    mapping(bytes32 question => bytes answer) private _answers;

    /// @notice Answer from now on each of `questions`, whole calldata, with the bytes beside it.
    function teach(bytes[] calldata questions, bytes[] calldata answers) external {
        for (uint256 i = 0; i < questions.length; i++) _answers[keccak256(questions[i])] = answers[i];
    }

    fallback(bytes calldata question) external returns (bytes memory answer) {
        answer = _answers[keccak256(question)];
        require(answer.length > 0, "never taught");
    }
}
