// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A token that misbehaves for chosen holders
/// @notice Readers of balances are tried on it: whatever it does for one holder must not spoil the others.
contract Hostile {
    enum Mood {
        Honest,
        Revert,
        Loop,
        Short,
        Empty,
        Huge
    }

    string public constant name = "Hostile";
    string public constant symbol = "HOST";
    uint8 public constant decimals = 18;
    uint256 public totalSupply;
    mapping(address holder => Mood) public moods;
    mapping(address holder => uint256 amount) private _balances;

    /// @notice Set what `holder` has, and how the token answers when it is asked for that.
    function set(address holder, uint256 amount, Mood mood) external {
        totalSupply = totalSupply + amount - _balances[holder];
        _balances[holder] = amount;
        moods[holder] = mood;
    }

    /// @notice The balance, or what the holder's mood makes of it: a revert, a loop that eats all gas, 31 bytes, no
    ///         bytes, or a quarter of a megabyte.
    function balanceOf(address holder) external view returns (uint256) {
        Mood mood = moods[holder];
        if (mood == Mood.Revert) revert("not today");
        if (mood != Mood.Honest) {
            assembly {
                switch mood
                case 2 { for {} exp(or(gas(), 1), not(0)) {} {} }
                case 3 { return(0, 31) }
                case 4 { return(0, 0) }
                default { return(0, 0x40000) }
            }
        }
        return _balances[holder];
    }
}
