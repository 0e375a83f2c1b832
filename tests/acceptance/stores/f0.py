"""F0's example documents, word for word (the token is whatever an app has sealed there)."""

from typing import Any

USER: dict[str, Any] = {
    "id": "user_abc123",
    "email": "milan@stanford.edu",
    "name": "Milan Naropanth",
    "timezone": "America/Los_Angeles",
    "googleAuthToken": "encrypted_token_xyz",
    "calendars": [
        {
            "provider": "google",
            "calendarId": "primary",
            "isPrimary": True,
            "readOnly": False,
            "syncedAt": "2025-11-12T10:00:00Z",
        }
    ],
    "defaultPreferences": {
        "preferredDuration": 30,
        "bufferTime": 15,
        "workingHours": {"start": "09:00", "end": "17:00"},
    },
    "createdAt": "2025-11-01T08:00:00Z",
    "updatedAt": "2025-11-12T10:00:00Z",
}

SESSION: dict[str, Any] = {
    "id": "session_xyz789",
    "hostUserId": "user_abc123",
    "inviteeIds": ["user_def456", "user_ghi789"],
    "title": "CS194 Project Sync",
    "duration": 60,
    "status": "pending",
    "proposedTimes": [
        {
            "start": "2025-11-15T14:00:00Z",
            "end": "2025-11-15T15:00:00Z",
            "confidence": 0.92,
            "conflicts": [],
        },
        {
            "start": "2025-11-15T16:00:00Z",
            "end": "2025-11-15T17:00:00Z",
            "confidence": 0.85,
            "conflicts": ["user_def456: Back-to-back meetings"],
        },
    ],
    "constraints": {
        "daysOfWeek": ["monday", "tuesday", "wednesday"],
        "timeRange": {"start": "14:00", "end": "18:00"},
        "excludeDates": ["2025-11-20"],
    },
    "createdAt": "2025-11-12T10:00:00Z",
    "expiresAt": "2025-11-19T10:00:00Z",
}

MESSAGE: dict[str, Any] = {
    "id": "msg_001",
    "sessionId": "session_xyz789",
    "role": "user",
    "content": "Schedule a meeting with Alice and Bob next week, preferably in the afternoon",
    "metadata": {
        "extractedEntities": {
            "attendees": ["Alice", "Bob"],
            "timeframe": "next week",
            "preference": "afternoon",
        }
    },
    "timestamp": "2025-11-12T10:05:00Z",
}

PROFILE: dict[str, Any] = {
    "user_id": "user_abc123",
    "day_of_week_patterns": {
        "monday": 0.85,
        "tuesday": 0.90,
        "wednesday": 0.88,
        "thursday": 0.82,
        "friday": 0.65,
        "saturday": 0.10,
        "sunday": 0.05,
    },
    "time_of_day_patterns": {"09": 0.15, "10": 0.30, "11": 0.45, "14": 0.80, "15": 0.90, "16": 0.75},
    "duration_preferences": {"30": 0.60, "60": 0.35, "90": 0.05},
    "acceptance_rate": 78.5,
    "avg_response_time": 45,
    "sample_size": 42,
}
